#include "harness/plan/budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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

// Returns the work of a run of `exits`, with warm-up and control, in exits.
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
  // Returns the most exits that fit, which are `least` or more. 0 if none do.
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
    // Rounds are cut before sessions, down to one.
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
                      part(plan.exits, wanted.exits), " events");
}

}  // namespace exitbench
