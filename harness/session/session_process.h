// A session's process: this binary, started anew.
#ifndef EXITBENCH_HARNESS_SESSION_SESSION_PROCESS_H_
#define EXITBENCH_HARNESS_SESSION_SESSION_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "base/owned.h"
#include "harness/session/session_task.h"

namespace exitbench {

// Owns a session process, and kills and reaps it.
class SessionProcess {
 public:
  // Starts /proc/self/exe with `task`. It reports by frames through fd().
  static absl::StatusOr<SessionProcess> Start(const SessionTask& task);

  SessionProcess(SessionProcess&& other) noexcept;
  ~SessionProcess();

  int fd() const { return reader_.get(); }
  void AskToStop();
  bool HasEnded() const;
  // Waits for some seconds until the process ends by itself. Call it once it
  // has said that it is done, or its pipe is at its end. Returns the status of
  // waitpid(2). Absent if it did not end.
  std::optional<int> LetEnd();

 private:
  SessionProcess() = default;

  // A thread that is stuck in the kernel survives SIGKILL, so the wait is
  // limited.
  std::optional<int> Reap();

  pid_t pid_ = -1;
  UniqueFd reader_;
};

// Returns how a session process ended, by the status of waitpid(2): "was killed
// by signal 9". Without a status the process has closed its pipe but not ended.
std::string DescribeEnd(std::optional<int> wait_status);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SESSION_PROCESS_H_
