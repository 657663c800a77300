// What a session process is told by its parent: one word of its command line.
#ifndef EXITBENCH_HARNESS_SESSION_SESSION_TASK_H_
#define EXITBENCH_HARNESS_SESSION_SESSION_TASK_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "harness/plan/round_order.h"
#include "harness/settings/run_config.h"

namespace exitbench {

struct SessionTask {
  RunConfig config;
  SessionPart part;
};

// "cases=pio%20 rounds=5 ...". Of the config all but sessions, deadline and
// silence_slack, which only the parent goes by, and cpus: a session is pinned
// by what it may use itself.
std::string WriteTask(const SessionTask& task);

// What WriteTask() wrote; those four are as by default. kInvalidArgument: it
// is not that, or of another version.
absl::StatusOr<SessionTask> ReadTask(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SESSION_TASK_H_
