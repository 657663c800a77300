#include "cli/run/session.h"

#include <cstdint>

#include "absl/flags/flag.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "harness/plan/cpu_choice.h"
#include "harness/session/describe_session.h"
#include "harness/session/session.h"
#include "harness/session/session_task.h"

ABSL_FLAG(int32_t, session_fd, -1, "internal");
ABSL_FLAG(std::string, session_task, "", "internal");

namespace exitbench {

int SessionCommand(const std::vector<std::string>& arguments) {
  const int fd = absl::GetFlag(FLAGS_session_fd);
  if (!arguments.empty() || fd < 0) {
    return Fail(absl::InvalidArgumentError(
                    "session is for run to start; see exitbench --help"),
                kExitUsage);
  }
  absl::StatusOr<SessionTask> task =
      ReadTask(absl::GetFlag(FLAGS_session_task));
  if (!task.ok()) return Fail(task.status(), kExitUsage);
  RunConfig& config = task->config;
  const absl::StatusOr<std::vector<int>> cpus = ParseCpus(config.cpu);
  if (!cpus.ok()) return Fail(cpus.status(), kExitUsage);
  config.cpus = *cpus;
  const absl::StatusOr<std::vector<CaseInstance>> cases = SelectCases(config);
  if (!cases.ok()) return Fail(cases.status(), kExitUsage);
  const absl::Status status = RunSession(config, *cases, task->part, fd);
  return status.ok() ? kExitOk : kExitCaseFailed;
}

}  // namespace exitbench
