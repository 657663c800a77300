// Fits a measurement into a time. It first cuts events, of the cases whose runs
// take longest. Then it cuts runs, also of these. Pure arithmetic on what runs
// took.
#ifndef EXITBENCH_HARNESS_PLAN_BUDGET_H_
#define EXITBENCH_HARNESS_PLAN_BUDGET_H_

#include <cstdint>
#include <vector>

namespace exitbench {

// What one run of a case takes, in seconds: a fixed part (making the VM) and a
// part for each exit.
struct CaseCost {
  double fixed_s = 0;
  double per_exit_s = 0;
};

// Returns the cost by two pilot runs, of `small_exits` and of `large_exits`.
CaseCost CostFromPilots(uint32_t small_exits, double small_s,
                        uint32_t large_exits, double large_s);

// Returns the cost by one run, as if `exit_part` of its time was for exits.
CaseCost CostFromOneRun(uint32_t exits, double seconds, double exit_part);

// Returns what a run of `exits` takes, with warm-up and control.
double RunSeconds(const CaseCost& cost, uint32_t exits);

// What is wanted of one case.
struct CaseWish {
  CaseCost cost;
  uint32_t most_exits = 0;  // Of each run.
  uint32_t most_runs = 0;
  uint32_t least_runs = 0;  // Even if they do not fit.
  double spent_s = 0;       // By earlier runs: counts when runs are cut.
};

struct CasePlan {
  uint32_t exits = 0;
  uint32_t runs = 0;
};

// No plan has runs of fewer exits, unless fewer are wanted.
inline constexpr uint32_t kFewestExits = 20;
// Exits that take a tenth of what the run takes without any are never cut, up
// to so many.
inline constexpr uint32_t kCheapExits = 500;

// Returns a plan for each of `wishes` so that all runs take `seconds`. No run
// takes longer than any other that was cut, so the cheap ones keep what is
// wanted. Runs are cut only if all runs do not fit with the fewest exits. Of
// each case least_runs stay, even if they do not fit.
std::vector<CasePlan> FitCases(const std::vector<CaseWish>& wishes,
                               double seconds);

// Returns the seconds that the plans for `wishes` will take.
double PlannedSeconds(const std::vector<CaseWish>& wishes,
                      const std::vector<CasePlan>& plans);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_BUDGET_H_
