#include "harness/plan/budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "harness/settings/event_counts.h"

namespace exitbench {
namespace {

// What of an exit's time an event of the control twin takes, which makes none:
// from nearly nothing to a fifth. Too little errs on the safe side: the pilots,
// whose twins are long for their size, then charge it to the exits.
constexpr double kControlCost = 0.05;
// Of exits to userspace. The twin warms up for a batch.
constexpr uint32_t kBatch = 1024;

// Exits that a run of `exits` really makes, or the like: warm-up and control
// twin too.
double Work(uint32_t exits) {
  const uint32_t batch = std::min(exits, kBatch);
  const double control = batch + ControlEvents(exits, batch);
  return exits + UsualWarmupEvents(exits, kMostWarmupEvents) +
         kControlCost * control;
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

double PlannedSeconds(const std::vector<CaseCost>& costs, double session_s,
                      const BudgetPlan& plan) {
  double round_s = 0;
  for (const CaseCost& cost : costs) {
    round_s += cost.fixed_s + cost.per_exit_s * Work(plan.exits);
  }
  return plan.sessions * (session_s + plan.rounds * round_s);
}

BudgetPlan FitBudget(const std::vector<CaseCost>& costs, double session_s,
                     const BudgetPlan& wanted, double seconds) {
  auto fits = [&](const BudgetPlan& plan) {
    return PlannedSeconds(costs, session_s, plan) <= seconds;
  };
  // The most exits that fit, no fewer than `least`; 0 if none do.
  auto most_exits = [&](BudgetPlan plan, uint32_t least) {
    plan.exits = least;
    if (!fits(plan)) return 0u;
    uint32_t low = least, high = wanted.exits;
    while (low < high) {
      plan.exits = low + (high - low + 1) / 2;
      if (fits(plan)) {
        low = plan.exits;
      } else {
        high = plan.exits - 1;
      }
    }
    return low;
  };
  BudgetPlan plan = wanted;
  const uint32_t least = std::min(wanted.exits, kLeastExits);
  for (plan.sessions = wanted.sessions; plan.sessions >= 1; --plan.sessions) {
    // Rounds give before sessions do, down to one.
    for (plan.rounds = wanted.rounds; plan.rounds >= 1; --plan.rounds) {
      plan.exits = most_exits(plan, least);
      if (plan.exits > 0) return plan;
    }
  }
  plan.sessions = plan.rounds = 1;
  const uint32_t fewest = std::min(wanted.exits, kFewestExits);
  plan.exits = std::max(fewest, most_exits(plan, fewest));
  return plan;
}

std::string DescribeCut(const BudgetPlan& wanted, const BudgetPlan& plan) {
  if (wanted.sessions == plan.sessions && wanted.rounds == plan.rounds &&
      wanted.exits == plan.exits) {
    return "";
  }
  auto part = [](uint32_t has, uint32_t asked) {
    return has == asked ? absl::StrCat(has)
                        : absl::StrCat(has, " (of ", asked, ")");
  };
  return absl::StrCat(part(plan.sessions, wanted.sessions), " sessions x ",
                      part(plan.rounds, wanted.rounds), " rounds of ",
                      part(plan.exits, wanted.exits), " exits");
}

}  // namespace exitbench
