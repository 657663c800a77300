#include "tests/model/self_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"

extern char** environ;

namespace exitbench {

absl::StatusOr<SelfProcess> SelfProcess::Start(std::vector<std::string> words) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
  SelfProcess self;
  self.out_ = UniqueFd(ends[0]);
  const UniqueFd writer(ends[1]);
  words.insert(words.begin(), "exitbench");
  std::vector<char*> raw;
  for (std::string& word : words) raw.push_back(word.data());
  raw.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, writer.get(), STDOUT_FILENO);
  const int error = posix_spawn(&self.pid_, "/proc/self/exe", &actions, nullptr,
                                raw.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) return absl::ErrnoToStatus(error, "posix_spawn");
  return self;
}

SelfProcess::SelfProcess(SelfProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), out_(std::move(other.out_)) {}

SelfProcess::~SelfProcess() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

std::string SelfProcess::ReadLine() {
  std::string line;
  char c = 0;
  while (read(out_.get(), &c, 1) == 1 && c != '\n') line += c;
  return line;
}

void SelfProcess::AskToStop() { kill(pid_, SIGTERM); }

absl::StatusOr<std::string> SelfProcess::ReadAll() {
  std::string all;
  char part[4096];
  ssize_t n;
  while ((n = read(out_.get(), part, sizeof(part))) > 0) {
    all.append(part, static_cast<size_t>(n));
  }
  int status = 0;
  waitpid(std::exchange(pid_, -1), &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return all;
  return absl::InternalError(absl::StrCat(
      WIFEXITED(status) ? "exit code " : "signal ",
      WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), ":\n", all));
}

absl::StatusOr<std::string> OutputOf(const std::vector<std::string>& words) {
  EB_ASSIGN_OR_RETURN(SelfProcess self, SelfProcess::Start(words));
  absl::StatusOr<std::string> all = self.ReadAll();
  if (all.ok()) return all;
  return absl::InternalError(
      absl::StrCat(absl::StrJoin(words, " "), ": ", all.status().message()));
}

}  // namespace exitbench
