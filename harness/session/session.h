// One session: a fresh process that runs all rounds of the selected cases, or
// what another process left of them. It reports each run to its parent as soon
// as that is complete.
#ifndef EXITBENCH_HARNESS_SESSION_SESSION_H_
#define EXITBENCH_HARNESS_SESSION_SESSION_H_

#include <vector>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/plan/round_order.h"
#include "harness/settings/run_config.h"

namespace exitbench {

// Runs `part` of a session in this process and writes frames to `fd`. It pins
// and filters the process and locks its memory, so call it in a process of its
// own.
//
// SIGTERM ends it after the run that is under way. That run is not reported if
// it failed, since the signal may be the cause. SIGINT is ignored: the parent
// handles it. An error is also written as a frame. After SIGTERM there is no
// error.
absl::Status RunSession(const RunConfig& config,
                        const std::vector<CaseInstance>& cases,
                        const SessionPart& part, int fd);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SESSION_H_
