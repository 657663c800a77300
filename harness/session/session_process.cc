#include "harness/session/session_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

extern char** environ;

namespace exitbench {
namespace {

constexpr int kMostReapTries = 500;
constexpr absl::Duration kReapPause = absl::Milliseconds(10);

}  // namespace

absl::StatusOr<SessionProcess> SessionProcess::Start(const SessionTask& task) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
  SessionProcess process;
  process.reader_ = UniqueFd(ends[0]);
  UniqueFd writer(ends[1]);
  constexpr int kChildFd = 3;
  std::vector<std::string> argv = {
      "exitbench", "session", absl::StrCat("--session_fd=", kChildFd),
      absl::StrCat("--session_task=", WriteTask(task))};
  std::vector<char*> raw;
  for (std::string& a : argv) raw.push_back(a.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  // posix_spawn() clears close-on-exec also where both numbers are the same.
  posix_spawn_file_actions_adddup2(&actions, writer.get(), kChildFd);
  const int error = posix_spawn(&process.pid_, "/proc/self/exe", &actions,
                                nullptr, raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return absl::ErrnoToStatus(
        error, "can't start a session process (/proc/self/exe)");
  }
  return process;
}

SessionProcess::SessionProcess(SessionProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), reader_(std::move(other.reader_)) {}

SessionProcess::~SessionProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  Reap();
}

void SessionProcess::AskToStop() { kill(pid_, SIGTERM); }

bool SessionProcess::HasEnded() const {
  siginfo_t info = {};
  return waitid(P_PID, static_cast<id_t>(pid_), &info,
                WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == pid_;
}

std::optional<int> SessionProcess::LetEnd() {
  const std::optional<int> status = Reap();
  if (status.has_value()) pid_ = -1;
  return status;
}

std::optional<int> SessionProcess::Reap() {
  for (int i = 0; i < kMostReapTries; ++i) {
    int status = 0;
    if (waitpid(pid_, &status, WNOHANG) == pid_) return status;
    absl::SleepFor(kReapPause);
  }
  return std::nullopt;
}

std::string DescribeEnd(std::optional<int> wait_status) {
  if (!wait_status.has_value()) return "closed its pipe";
  if (WIFSIGNALED(*wait_status)) {
    const int number = WTERMSIG(*wait_status);
    return absl::StrCat(
        "was killed by signal ", number,
        // Its name is "Killed", which would say it twice.
        number == SIGKILL ? "" : absl::StrCat(" (", strsignal(number), ")"));
  }
  return absl::StrCat("ended with exit code ", WEXITSTATUS(*wait_status));
}

}  // namespace exitbench
