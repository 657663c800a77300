// Simulated results for tests of how often diff is wrong: noise like that
// measured on hosts. Runs differ by 0.3% to 4% depending on the case, the
// metrics of a run move together, and 7% of the runs are disturbed and slower.
// One case changes.
#ifndef EXITBENCH_RESULTS_COMPARE_SIMULATION_H_
#define EXITBENCH_RESULTS_COMPARE_SIMULATION_H_

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/compare/diff.h"
#include "results/model/model.h"
#include "results/model/testing.h"

namespace exitbench {

inline constexpr int kCases = 60;
inline constexpr int kChangedCase = 30;  // Its runs differ by 1%.
inline constexpr uint32_t kSessions = 3;
inline constexpr uint32_t kRounds = 5;
inline const char* const kMetrics[] = {"kvm_run", "exit_leg", "entry_leg"};

// Returns a normal variable by Box and Muller. std::normal_distribution may
// differ between libraries, and the seeds must give the same results
// everywhere.
class Noise {
 public:
  explicit Noise(uint64_t seed) : engine_(seed) {}
  double Uniform() {
    return (static_cast<double>(engine_() >> 11) + .5) * 0x1p-53;
  }
  double Normal() {
    return std::sqrt(-2 * std::log(Uniform())) * std::cos(2 * M_PI * Uniform());
  }

 private:
  std::mt19937_64 engine_;
};

inline double DeviationOfRuns(int c) {
  return c == kChangedCase ? .01 : .003 * std::pow(4 / .3, c / (kCases - 1.0));
}

// Adds a case. `effect` returns what all metrics of a run have in common, as a
// logarithm, beside the run's own noise.
template <typename Effect>
void AddSimulated(int c, uint32_t runs, Effect effect, Noise& noise,
                  Results& results) {
  const double deviation = DeviationOfRuns(c);
  std::vector<double> values[3];
  for (uint32_t run = 0; run < runs; ++run) {
    const double of_run = effect(run);
    const double shared = noise.Normal();
    const double disturbed =
        noise.Uniform() < .07 ? 5 * deviation * noise.Uniform() : 0;
    for (std::vector<double>& metric : values) {
      const double own = noise.Normal();
      const double log =
          of_run + disturbed +
          deviation * (std::sqrt(.6) * shared + std::sqrt(.4) * own);
      metric.push_back(2000 * (1 + c) * std::exp(log));
    }
  }
  const uint32_t sessions = static_cast<uint32_t>(results.sessions.size());
  CaseResult& result = AddCase(absl::StrCat("case/", c), values[0], results);
  for (int m = 1; m < 3; ++m) {
    AddMetric(kMetrics[m], values[m], sessions, result);
  }
}

struct Tally {
  int diffs = 0;
  int with_alarm = 0;  // Diffs with a change in a case that did not change.
  int alarms = 0;      // Metrics with such a change.
  int found = 0;       // Diffs that found the changed case, in any metric.
};

inline void CountAlarms(const Diff& diff, Tally& tally) {
  bool alarm = false, found = false;
  ASSERT_EQ(diff.tests, size_t{kCases * 3});
  for (int c = 0; c < kCases; ++c) {
    for (const MetricDiff& m : diff.cases[c].metrics) {
      if (!IsChanged(m.change)) continue;
      (c == kChangedCase ? found : alarm) = true;
      tally.alarms += c != kChangedCase;
    }
  }
  ++tally.diffs;
  tally.with_alarm += alarm;
  tally.found += found;
}

inline void Report(const char* what, const Tally& tally, int percent = 3) {
  std::printf(
      "%s: %d of %d diffs with a false alarm (%d metrics), +%d%% found in %d\n",
      what, tally.with_alarm, tally.diffs, tally.alarms, percent, tally.found);
}

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_SIMULATION_H_
