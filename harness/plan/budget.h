// Fits a measurement into a time. It first cuts exits, then rounds, then
// sessions. Pure arithmetic on what pilot runs measured.
#ifndef EXITBENCH_HARNESS_PLAN_BUDGET_H_
#define EXITBENCH_HARNESS_PLAN_BUDGET_H_

#include <cstdint>
#include <string>
#include <vector>

namespace exitbench {

// What one run of a case takes, in seconds: a fixed part (making the VM) and a
// part for each exit.
struct CaseCost {
  double fixed_s = 0;
  double per_exit_s = 0;
};

struct BudgetPlan {
  uint32_t sessions = 0;
  uint32_t rounds = 0;
  uint32_t exits = 0;
};

// Returns the cost by two pilot runs, of `small_exits` and of `large_exits`.
CaseCost CostFromPilots(uint32_t small_exits, double small_s,
                        uint32_t large_exits, double large_s);

// Returns the seconds that `plan` will take. `session_s` is what the start of a
// session takes.
double PlannedSeconds(const std::vector<CaseCost>& costs, double session_s,
                      const BudgetPlan& plan);

// Returns the largest part of `wanted` that fits into `seconds`. Runs have at
// least kLeastExits, or what was wanted, while rounds and sessions can still be
// cut. After that they have at least kFewestExits, even if that does not fit.
inline constexpr uint32_t kLeastExits = 500;
inline constexpr uint32_t kFewestExits = 20;
BudgetPlan FitBudget(const std::vector<CaseCost>& costs, double session_s,
                     const BudgetPlan& wanted, double seconds);

// Returns what was cut: "3 sessions x 5 rounds of 700 (of 10000) events". Empty
// if nothing was.
std::string DescribeCut(const BudgetPlan& wanted, const BudgetPlan& plan);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_BUDGET_H_
