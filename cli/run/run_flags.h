// The flags of run, and what they ask for.
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
ABSL_DECLARE_FLAG(absl::Duration, budget);
ABSL_DECLARE_FLAG(std::string, progress);

namespace exitbench {

// The names of all flags of run, in the order of its help.
std::vector<absl::string_view> RunFlags();

// kInvalidArgument names the flag and what it takes. A seed is drawn if none
// is given.
absl::StatusOr<RunConfig> ConfigFromFlags();

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_FLAGS_H_
