// How often a step on an instruction-counting host is blamed on the right side:
// simulated results go through the real code, with fixed seeds. Runs differ by
// 0.01% to 3%, in one mode or two, and boots not at all. Steps lie beyond what
// runs span, as far as so few runs have to lie apart.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/compare/spans.h"
#include "results/compare/steps.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

class Noise {
 public:
  explicit Noise(uint64_t seed) : engine_(seed) {}
  double Uniform() {
    return (static_cast<double>(engine_() >> 11) + .5) * 0x1p-53;
  }
  double Normal() {
    return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * M_PI * Uniform());
  }
  // Between `least` and `most`, as likely in each octave.
  double Between(double least, double most) {
    return least * std::pow(most / least, Uniform());
  }
  size_t Below(size_t count) {
    return std::min(
        count - 1, static_cast<size_t>(Uniform() * static_cast<double>(count)));
  }

 private:
  std::mt19937_64 engine_;
};

// A history of one case.
struct History {
  size_t sides = 0;
  size_t step_at = 0;  // The side that stepped; 0: none did.
  double step = 1;
  size_t runs = 0;
  double deviation = 0;  // Of a run, as a part.
  double mode = 1;       // Half the runs are so many times as long.
};

double Value(const History& h, size_t side, Noise& noise) {
  double value = 10000 * std::exp(h.deviation * noise.Normal());
  if (noise.Uniform() < .5) value *= h.mode;
  if (h.step_at > 0 && side >= h.step_at) value *= h.step;
  return std::round(value);
}

Steps StepsOf(const History& h, Noise& noise) {
  std::vector<Side> sides;
  for (size_t side = 0; side < h.sides; ++side) {
    const std::string kernel = absl::StrCat("6.", side);
    Results r = MakeResults(kernel, kernel, 1, static_cast<uint32_t>(h.runs));
    r.host.tick = Tick::kInstruction;
    std::vector<double> values;
    for (size_t run = 0; run < h.runs; ++run) {
      values.push_back(Value(h, side, noise));
    }
    AddCase("vm/create_vm", values, r);
    sides.push_back(MakeSide(r, kernel));
  }
  return FindSteps(sides, {}, /*find_unsure=*/true);
}

struct Tally {
  int histories = 0;
  int right = 0;   // That step, at that side.
  int alarms = 0;  // Any step at another side.
};

// What a step must be for runs of so much noise to lie apart, nearly always.
double LeastStep(const History& h) {
  const double span = std::log(h.mode) + 4 * h.deviation;
  return std::exp((1 + std::max(LeastGap(2 * h.runs), 1.)) * span);
}

void Count(const History& h, Noise& noise, Tally& tally) {
  const Steps steps = StepsOf(h, noise);
  ASSERT_EQ(steps.rows.size(), 1u);
  bool right = false, alarm = false;
  for (size_t side = 1; side < h.sides; ++side) {
    const StepCell& cell = steps.rows[0].cells[side];
    if (!IsChanged(cell.change)) continue;
    const Change expected = h.step > 1 ? Change::kWorse : Change::kBetter;
    if (h.step_at == side && cell.change == expected) {
      right = true;
    } else {
      alarm = true;
    }
  }
  ++tally.histories;
  tally.right += right;
  tally.alarms += alarm;
}

History RandomHistory(bool two_modes, Noise& noise) {
  History h;
  h.sides = 3 + noise.Below(6);
  h.step_at = 1 + noise.Below(h.sides - 1);
  h.runs = 2 + noise.Below(14);
  h.deviation = noise.Between(1e-4, .03);
  if (two_modes) h.mode = noise.Between(1.02, 1.3);
  const double least = std::max(1.05, LeastStep(h));
  h.step = noise.Between(least, std::max(20., least));
  if (noise.Uniform() < .3) h.step = 1 / h.step;
  return h;
}

TEST(StepsSimulation, TheRightSideIsBlamed) {
  for (bool two_modes : {false, true}) {
    Noise noise(two_modes ? 2 : 1);
    Tally tally;
    for (int i = 0; i < 3000; ++i) {
      Count(RandomHistory(two_modes, noise), noise, tally);
    }
    std::printf("%s: %d of %d steps blamed right, %d false alarms\n",
                two_modes ? "two modes" : "one mode", tally.right,
                tally.histories, tally.alarms);
    EXPECT_GE(tally.right, tally.histories * 99 / 100);
  }
}

TEST(StepsSimulation, NoStepIsSeldomSeen) {
  for (bool two_modes : {false, true}) {
    Noise noise(two_modes ? 4 : 3);
    Tally tally;
    for (int i = 0; i < 3000; ++i) {
      History h = RandomHistory(two_modes, noise);
      h.step_at = 0;
      Count(h, noise, tally);
    }
    std::printf("%s, no step: %d of %d histories with a false alarm\n",
                two_modes ? "two modes" : "one mode", tally.alarms,
                tally.histories);
    // Of two modes so many show one a side in two or three runs.
    EXPECT_LE(tally.alarms, tally.histories * (two_modes ? 12 : 2) / 100);
  }
}

}  // namespace
}  // namespace exitbench
