#include "harness/plan/budget.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "harness/settings/event_counts.h"

namespace exitbench {
namespace {

// What an event of the control, which makes no exit, takes of an exit's time.
// In truth it is from nearly nothing to a fifth. Too small a figure is safe:
// the pilots have long controls for their size, whose time then counts as that
// of exits.
constexpr double kControlCost = 0.05;
// The batch of exits to userspace. The control warms up for one batch.
constexpr uint32_t kBatch = 1024;
// Halvings of a range of times. 60 are as fine as a double.
constexpr int kHalvings = 60;

// Returns the work of a run of `exits`, with warm-up and control, in exits.
double Work(uint32_t exits) {
  const uint32_t batch = std::min(exits, kBatch);
  const double control = batch + ControlEvents(exits, batch);
  return exits + UsualWarmupEvents(exits, kMostWarmupEvents) +
         kControlCost * control;
}

uint32_t Fewest(const CaseWish& wish) {
  return std::min(wish.most_exits, kFewestExits);
}

// Returns how many exits a run keeps however little time there is. Those that
// hardly take any are worth more than what they take.
uint32_t LeastExits(const CaseWish& wish) {
  const uint32_t most = std::min(wish.most_exits, kCheapExits);
  const double affordable = 0.1 * wish.cost.fixed_s;
  if (wish.cost.per_exit_s * most <= affordable) return most;
  return std::clamp(static_cast<uint32_t>(affordable / wish.cost.per_exit_s),
                    Fewest(wish), most);
}

// Returns `exits` with two significant digits. A plan claims no more.
uint32_t Rounded(uint32_t exits) {
  uint32_t unit = 1;
  while (exits / unit >= 100) unit *= 10;
  return exits / unit * unit;
}

// Returns the most exits, from `least` on, of a run within `seconds`.
uint32_t ExitsWithin(const CaseWish& wish, uint32_t least, double seconds) {
  if (RunSeconds(wish.cost, wish.most_exits) <= seconds) return wish.most_exits;
  uint32_t low = least, high = wish.most_exits;
  while (low < high) {
    const uint32_t middle = low + (high - low + 1) / 2;
    if (RunSeconds(wish.cost, middle) <= seconds) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return std::max(least, Rounded(low));
}

// Returns the largest of the times from 0 to `most` for which `plans_at` makes
// plans that fit. 0 if none does.
template <typename PlansAt>
double LargestThatFits(const std::vector<CaseWish>& wishes, double seconds,
                       double most, const PlansAt& plans_at) {
  double low = 0, high = most;
  if (PlannedSeconds(wishes, plans_at(high)) <= seconds) return high;
  for (int i = 0; i < kHalvings; ++i) {
    const double middle = (low + high) / 2;
    (PlannedSeconds(wishes, plans_at(middle)) <= seconds ? low : high) = middle;
  }
  return low;
}

// Returns plans with runs as short as they can be, and as many as fit.
std::vector<CasePlan> CutRuns(const std::vector<CaseWish>& wishes,
                              double seconds) {
  double most = 0;
  for (const CaseWish& w : wishes) {
    most = std::max(
        most, w.spent_s + w.most_runs * RunSeconds(w.cost, LeastExits(w)));
  }
  // No case gets more of the whole time than `cap`.
  const auto plans_at = [&wishes](double cap) {
    std::vector<CasePlan> plans;
    for (const CaseWish& w : wishes) {
      const double run_s = std::max(RunSeconds(w.cost, LeastExits(w)), 1e-9);
      const double fit =
          std::clamp(std::floor((cap - w.spent_s) / run_s + 1e-9),
                     static_cast<double>(w.least_runs),
                     static_cast<double>(std::max(w.least_runs, w.most_runs)));
      plans.push_back({LeastExits(w), static_cast<uint32_t>(fit)});
    }
    return plans;
  };
  return plans_at(LargestThatFits(wishes, seconds, most, plans_at));
}

// Returns plans of all runs, each with `least` exits or more as far as
// `seconds` go.
std::vector<CasePlan> CutExits(const std::vector<CaseWish>& wishes,
                               const std::vector<CasePlan>& least,
                               double seconds) {
  double most = 0;
  for (const CaseWish& w : wishes) {
    most = std::max(most, RunSeconds(w.cost, w.most_exits));
  }
  // No run takes longer than `cap`.
  const auto plans_at = [&](double cap) {
    std::vector<CasePlan> plans;
    for (size_t i = 0; i < wishes.size(); ++i) {
      plans.push_back(
          {ExitsWithin(wishes[i], least[i].exits, cap), least[i].runs});
    }
    return plans;
  };
  return plans_at(LargestThatFits(wishes, seconds, most, plans_at));
}

}  // namespace

CaseCost CostFromPilots(uint32_t small_exits, double small_s,
                        uint32_t large_exits, double large_s) {
  CaseCost cost;
  cost.per_exit_s = std::max(
      0.0, (large_s - small_s) / (Work(large_exits) - Work(small_exits)));
  cost.fixed_s = std::max(0.0, small_s - cost.per_exit_s * Work(small_exits));
  return cost;
}

CaseCost CostFromOneRun(uint32_t exits, double seconds, double exit_part) {
  return {(1 - exit_part) * seconds, exit_part * seconds / Work(exits)};
}

double RunSeconds(const CaseCost& cost, uint32_t exits) {
  return cost.fixed_s + cost.per_exit_s * Work(exits);
}

std::vector<CasePlan> FitCases(const std::vector<CaseWish>& wishes,
                               double seconds) {
  std::vector<CasePlan> least;
  for (const CaseWish& w : wishes)
    least.push_back({LeastExits(w), w.most_runs});
  if (PlannedSeconds(wishes, least) > seconds) least = CutRuns(wishes, seconds);
  return CutExits(wishes, least, seconds);
}

double PlannedSeconds(const std::vector<CaseWish>& wishes,
                      const std::vector<CasePlan>& plans) {
  double seconds = 0;
  for (size_t i = 0; i < wishes.size(); ++i) {
    seconds += plans[i].runs * RunSeconds(wishes[i].cost, plans[i].exits);
  }
  return seconds;
}

}  // namespace exitbench
