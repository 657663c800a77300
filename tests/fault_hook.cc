// Linked into a copy of exitbench for tests/fault_test.py: makes one system
// call fail, as the environment says.
//
//   EXITBENCH_FAULT_LOG=FILE        append the name of every call, one a line
//   EXITBENCH_FAULT_NAME=KVM_RUN    which call, and
//   EXITBENCH_FAULT_NTH=3           the how manieth of that name (from 1)
//   EXITBENCH_FAULT_ERRNO=12        fails with this errno
//   EXITBENCH_LEAK_LOG=FILE         append what a session leaves open
//
// Only session processes are affected: they run the cases.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "vmm/sys.h"

namespace exitbench {
namespace {

// Standard streams and the pipe to the parent.
constexpr int kFirstOwnFd = 4;

FILE* log_file = nullptr;
const char* fault_name = nullptr;
int fault_nth = 0;
int fault_errno = 0;
int seen = 0;

int Hook(const char* name) {
  if (log_file != nullptr) std::fprintf(log_file, "%s\n", name);
  if (fault_name == nullptr || std::strcmp(name, fault_name) != 0) return 0;
  return ++seen == fault_nth ? fault_errno : 0;
}

int log_fd = -1;

void ReportLeaks() {
  int fds = 0;
  if (DIR* dir = opendir("/proc/self/fd")) {
    while (const dirent* entry = readdir(dir)) {
      const int fd = std::atoi(entry->d_name);
      if (entry->d_name[0] != '.' && fd >= kFirstOwnFd && fd != log_fd &&
          fd != dirfd(dir) && (log_file == nullptr || fd != fileno(log_file))) {
        ++fds;
      }
    }
    closedir(dir);
  }
  int mappings = 0;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("kvm-") != std::string::npos) ++mappings;
  }
  const std::string text = "fds " + std::to_string(fds) + " mappings " +
                           std::to_string(mappings) + "\n";
  if (write(log_fd, text.data(), text.size()) < 0) std::abort();
}

// Runs before main().
__attribute__((constructor)) void Install() {
  std::ifstream command("/proc/self/cmdline", std::ios::binary);
  const std::string line((std::istreambuf_iterator<char>(command)),
                         std::istreambuf_iterator<char>());
  if (line.find("--session_fd=") == std::string::npos) return;
  if (const char* path = std::getenv("EXITBENCH_FAULT_LOG")) {
    log_file = std::fopen(path, "ae");
  }
  if (const char* path = std::getenv("EXITBENCH_LEAK_LOG")) {
    log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    std::atexit(ReportLeaks);
  }
  fault_name = std::getenv("EXITBENCH_FAULT_NAME");
  if (const char* nth = std::getenv("EXITBENCH_FAULT_NTH")) {
    fault_nth = std::atoi(nth);
  }
  if (const char* error = std::getenv("EXITBENCH_FAULT_ERRNO")) {
    fault_errno = std::atoi(error);
  }
  sys::fault_hook = Hook;
}

}  // namespace
}  // namespace exitbench
