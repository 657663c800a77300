// Fits a run into a time: fewer exits first, then fewer rounds, then fewer
// sessions. Pure arithmetic on what a pilot run measured.
#ifndef EXITBENCH_HARNESS_PLAN_BUDGET_H_
#define EXITBENCH_HARNESS_PLAN_BUDGET_H_

#include <cstdint>
#include <string>
#include <vector>

namespace exitbench {

// What one run of a case takes: a fixed part (making the VM) and a part that
// grows with the number of exits.
struct CaseCost {
  double fixed_s = 0;
  double per_exit_s = 0;
};

struct BudgetPlan {
  uint32_t sessions = 0;
  uint32_t rounds = 0;
  uint32_t exits = 0;
};

// The cost that two pilot runs of `small_exits` and `large_exits` show.
CaseCost CostFromPilots(uint32_t small_exits, double small_s,
                        uint32_t large_exits, double large_s);

// Seconds that `plan` will take; `session_s` is the start of a session.
double PlannedSeconds(const std::vector<CaseCost>& costs, double session_s,
                      const BudgetPlan& plan);

// The most of `wanted` that fits into `seconds`: no run gets fewer than
// kLeastExits (or what was wanted) while rounds and sessions can still give.
// If not even one run of each case fits, the least there is.
inline constexpr uint32_t kLeastExits = 500;
inline constexpr uint32_t kFewestExits = 20;
BudgetPlan FitBudget(const std::vector<CaseCost>& costs, double session_s,
                     const BudgetPlan& wanted, double seconds);

// "3 sessions x 5 rounds of 700 exits (wanted 10000)"; empty if nothing was
// cut.
std::string DescribeCut(const BudgetPlan& wanted, const BudgetPlan& plan);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_BUDGET_H_
