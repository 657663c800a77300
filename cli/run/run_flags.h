// The flags of run.
#ifndef EXITBENCH_CLI_RUN_RUN_FLAGS_H_
#define EXITBENCH_CLI_RUN_RUN_FLAGS_H_

#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "harness/settings/run_config.h"

ABSL_DECLARE_FLAG(bool, append);
ABSL_DECLARE_FLAG(std::string, progress);

namespace exitbench {

// Returns the names of all flags of run, in the order of its help.
std::vector<absl::string_view> RunFlags();

// Returns what the flags ask for. Draws a seed if none is given.
// kInvalidArgument names the flag and what it takes.
absl::StatusOr<RunConfig> ConfigFromFlags();

// How long a run may take, and whether that is worth finding out.
struct TimePlan {
  absl::Duration budget;    // Zero: no bound.
  bool is_default = false;  // The budget was not asked for.
  // Pilot runs tell first how long it takes. Always with a budget.
  bool pilots = false;
};

// Returns what --budget gives. Without it, kDefaultBudget, but no budget with
// --full, --quick, --sessions, --rounds or --events: what is asked for is done.
// Nor with --tick=instruction: there runs are bounded by instructions, so that
// their counts repeat, and the clock may be the emulator's.
// kInvalidArgument: a negative time, or --quick with --full.
inline constexpr absl::Duration kDefaultBudget = absl::Minutes(10);
absl::StatusOr<TimePlan> TimePlanFromFlags();

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_FLAGS_H_
