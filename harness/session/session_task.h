// What a session process is to do, as its parent tells it: one argument of its
// command line.
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

// Returns the task as text: "cases=pio%20 rounds=5 ...". It leaves out
// sessions, deadline and silence_slack, which only the parent needs, and cpus,
// which each process finds by `cpu`.
std::string WriteTask(const SessionTask& task);

// Reads what WriteTask() wrote. The four that it leaves out have their
// defaults. kInvalidArgument: the text is of another version, or no task.
absl::StatusOr<SessionTask> ReadTask(absl::string_view text);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SESSION_TASK_H_
