// Linked into a copy of exitbench for tests/faults/fault_test.py: runs
// exitbench many times within one boot of an emulated host, which has no
// Python.
//
//   faulty_exitbench batch JOB...
//
// A JOB is "SECONDS ERRNO NTH SITE ARGUMENT...", with single spaces: run with
// these arguments, for so long at most, and with that fault (SITE 0: none; see
// fault_hook.cc). For each JOB standard output has a line
//
//   job CODE MILLISECONDS OUT ERR LEAKS CALLS
//
// and the bytes of what it wrote to standard output, standard error, and the
// two logs, as many as the line says. CODE is -1 of a job that had to be ended.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace exitbench {
namespace {

constexpr const char* kOut = "/tmp/batch.out";
constexpr const char* kErr = "/tmp/batch.err";
constexpr const char* kLeaks = "/tmp/batch.leaks";
constexpr const char* kCalls = "/tmp/batch.calls";
constexpr useconds_t kPollUs = 2000;

int64_t Milliseconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

std::vector<std::string> Split(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

std::string Text(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file),
          std::istreambuf_iterator<char>()};
}

void Redirect(const char* path, int to) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0 || dup2(file, to) < 0) _exit(126);
  close(file);
}

[[noreturn]] void Become(const std::vector<std::string>& job) {
  setpgid(0, 0);
  // The host's init has files open, which are no leak of ours.
  close_range(STDERR_FILENO + 1, ~0u, 0);
  Redirect(kOut, STDOUT_FILENO);
  Redirect(kErr, STDERR_FILENO);
  setenv("EXITBENCH_LEAK_LOG", kLeaks, 1);
  setenv("EXITBENCH_FAULT_LOG", kCalls, 1);
  if (job[3] != "0") {
    setenv("EXITBENCH_FAULT_ERRNO", job[1].c_str(), 1);
    setenv("EXITBENCH_FAULT_NTH", job[2].c_str(), 1);
    setenv("EXITBENCH_FAULT_SITE", job[3].c_str(), 1);
  }
  std::vector<char*> arguments = {const_cast<char*>("exitbench")};
  for (size_t i = 4; i < job.size(); ++i) {
    arguments.push_back(const_cast<char*>(job[i].c_str()));
  }
  arguments.push_back(nullptr);
  execv("/proc/self/exe", arguments.data());
  _exit(127);
}

// Returns the exit code, 128 and more for a signal, or -1.
int WaitFor(pid_t child, int64_t limit_ms) {
  const int64_t end = Milliseconds() + limit_ms;
  int status = 0;
  while (waitpid(child, &status, WNOHANG) == 0) {
    if (Milliseconds() > end) {
      kill(-child, SIGKILL);
      waitpid(child, &status, 0);
      return -1;
    }
    usleep(kPollUs);
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Run(const std::string& text) {
  const std::vector<std::string> job = Split(text, ' ');
  if (job.size() < 5) return false;
  unlink(kLeaks);
  unlink(kCalls);
  const int64_t start = Milliseconds();
  const pid_t child = fork();
  if (child < 0) return false;
  if (child == 0) Become(job);
  const int code = WaitFor(child, std::atoi(job[0].c_str()) * int64_t{1000});
  const int64_t took = Milliseconds() - start;
  const std::string parts[] = {Text(kOut), Text(kErr), Text(kLeaks),
                               Text(kCalls)};
  std::printf("job %d %lld %zu %zu %zu %zu\n", code,
              static_cast<long long>(took), parts[0].size(), parts[1].size(),
              parts[2].size(), parts[3].size());
  for (const std::string& part : parts) {
    std::fwrite(part.data(), 1, part.size(), stdout);
  }
  return std::fflush(stdout) == 0;
}

// Runs before main(), which is exitbench's, and in its place.
__attribute__((constructor)) void RunJobs() {
  std::ifstream command("/proc/self/cmdline", std::ios::binary);
  const std::string line((std::istreambuf_iterator<char>(command)),
                         std::istreambuf_iterator<char>());
  const std::vector<std::string> arguments = Split(line, '\0');
  if (arguments.size() < 2 || arguments[1] != "batch") return;
  // What ends a line of the command's is one more that is empty.
  for (size_t i = 2; i + 1 < arguments.size(); ++i) {
    if (!Run(arguments[i])) {
      std::fprintf(stderr, "batch: can't run '%s'\n", arguments[i].c_str());
      std::_Exit(2);
    }
  }
  std::_Exit(0);
}

}  // namespace
}  // namespace exitbench
