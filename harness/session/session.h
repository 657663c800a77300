// One session: a fresh process that runs all rounds of the selected cases, or
// those that another process did not come to, and reports each run to its
// parent as soon as it is complete.
#ifndef EXITBENCH_HARNESS_SESSION_SESSION_H_
#define EXITBENCH_HARNESS_SESSION_SESSION_H_

#include <vector>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/plan/round_order.h"
#include "harness/settings/run_config.h"

namespace exitbench {

// Runs in this process and writes frames to `fd`. Pins and locks this process,
// so call it in one made for it. SIGTERM ends it after the run in flight,
// which is not reported if it failed: the signal may be why. SIGINT is left to
// the parent. An error was also written as a frame, but after SIGTERM is none.
absl::Status RunSession(const RunConfig& config,
                        const std::vector<CaseInstance>& cases,
                        const SessionPart& part, int fd);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SESSION_H_
