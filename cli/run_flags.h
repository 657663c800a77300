// The flags of run, and what they ask for.
#ifndef EXITBENCH_CLI_RUN_FLAGS_H_
#define EXITBENCH_CLI_RUN_FLAGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "harness/session/run_config.h"

ABSL_DECLARE_FLAG(bool, append);
ABSL_DECLARE_FLAG(absl::Duration, budget);
ABSL_DECLARE_FLAG(std::string, progress);
ABSL_DECLARE_FLAG(int32_t, session_fd);
ABSL_DECLARE_FLAG(uint32_t, session_index);
ABSL_DECLARE_FLAG(uint32_t, session_round);
ABSL_DECLARE_FLAG(std::string, session_after);
ABSL_DECLARE_FLAG(std::string, session_without);

namespace exitbench {

// kInvalidArgument names the flag and what it takes. A seed is drawn if none
// is given.
absl::StatusOr<RunConfig> ConfigFromFlags();

// `cases` as the knobs of the flags have them; `config` notes the knobs.
// kInvalidArgument also for a knob that changes none of the cases.
absl::Status TurnKnobs(RunConfig& config, std::vector<CaseInstance>& cases);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_FLAGS_H_
