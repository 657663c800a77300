// --budget: shrinks a measurement until it fits into a time.
#ifndef EXITBENCH_CLI_RUN_RUN_BUDGET_H_
#define EXITBENCH_CLI_RUN_RUN_BUDGET_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_config.h"

namespace exitbench {

// Shrinks `config` to fit into `budget`, which began at `started`. Two short
// pilot runs of every case tell how long runs take; their results are dropped.
// Reports on standard error what it did. Returns the signal that interrupted
// the pilots, or 0.
absl::StatusOr<int> FitIntoBudget(const std::vector<CaseInstance>& cases,
                                  absl::Duration budget, absl::Time started,
                                  RunConfig& config);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_BUDGET_H_
