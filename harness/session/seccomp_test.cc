// Each test filters a child process, since a filter can't be removed.
#include "harness/session/seccomp.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

// What `call` returns in a filtered child: 0 if it succeeded, else its errno.
template <typename Call>
int UnderFilter(Call call) {
  const pid_t child = fork();
  if (child == 0) {
    if (!InstallSeccompFilter().ok()) _exit(255);
    errno = 0;
    _exit(call() ? 0 : errno);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(Seccomp, RefusesWhatARunHasNoUseFor) {
  if (!KernelHasSeccomp()) GTEST_SKIP() << "SKIPPED, needs seccomp";
  EXPECT_EQ(UnderFilter([] { return socket(AF_INET, SOCK_STREAM, 0) >= 0; }),
            EPERM);
  EXPECT_EQ(UnderFilter([] {
              char* const argv[] = {nullptr};
              return execve("/bin/true", argv, argv) == 0;
            }),
            EPERM);
  EXPECT_EQ(UnderFilter([] { return unlink("/tmp/none") == 0; }), EPERM);
  EXPECT_EQ(UnderFilter([] { return open("/dev/null", O_WRONLY) >= 0; }),
            EPERM);
}

TEST(Seccomp, AllowsWhatARunDoes) {
  if (!KernelHasSeccomp()) GTEST_SKIP() << "SKIPPED, needs seccomp";
  EXPECT_EQ(UnderFilter([] { return open("/proc/cpuinfo", O_RDONLY) >= 0; }),
            0);
  EXPECT_EQ(UnderFilter([] {
              int value = 0;
              std::thread thread([&value] { value = 1; });
              thread.join();
              return value == 1;
            }),
            0);
}

}  // namespace
}  // namespace exitbench
