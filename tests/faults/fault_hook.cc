// Linked into a copy of exitbench for tests/faults/fault_test.py: makes one
// system call fail, as the environment says.
//
//   EXITBENCH_FAULT_LOG=FILE        append every call: its name and its site
//   EXITBENCH_FAULT_SITE=1f3a       calls from which site, and
//   EXITBENCH_FAULT_NTH=3           the how manieth from there (from 1)
//   EXITBENCH_FAULT_ERRNO=12        fails with this errno
//   EXITBENCH_LEAK_LOG=FILE         append what a session leaves open
//
// A site is the call's name and the functions that it came through, as a
// number that is the same in every run of one binary. Only session processes
// are affected: they run the cases.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "base/fnv1a.h"
#include "base/sys.h"

namespace exitbench {
namespace {

// Standard streams and the pipe to the parent.
constexpr int kFirstOwnFd = 4;

// How many functions tell sites apart: sys::Open and its like are one, who
// called them another, and on whose behalf a third.
constexpr int kFrames = 3;
constexpr uintptr_t kMostFrameBytes = 1 << 20;

FILE* log_file = nullptr;
uint64_t fault_site = 0;
int fault_nth = 0;
int fault_errno = 0;
std::atomic<int> seen = 0;
pid_t session = 0;

extern "C" const char __executable_start;

uint64_t Site(const char* name, const void* frame) {
  Fnv1a hash;
  hash.Add(name, std::strlen(name));
  // All our code keeps frame pointers; what called it may not, so each is
  // looked at before it is followed.
  const auto* at = static_cast<const uintptr_t*>(frame);
  for (int i = 0; i < kFrames; ++i) {
    hash.Add(at[1] - reinterpret_cast<uintptr_t>(&__executable_start));
    const uintptr_t next = at[0];
    const uintptr_t here = reinterpret_cast<uintptr_t>(at);
    if (next <= here || next - here > kMostFrameBytes || next % 8 != 0) break;
    at = reinterpret_cast<const uintptr_t*>(next);
  }
  return hash.value();
}

int Hook(const char* name) {
  const uint64_t site = Site(name, __builtin_frame_address(0));
  // The child of a probe would write what it inherited a second time.
  if (log_file != nullptr && getpid() == session) {
    std::fprintf(log_file, "%s %llx\n", name,
                 static_cast<unsigned long long>(site));
  }
  if (fault_site == 0 || site != fault_site) return 0;
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
  session = getpid();
  if (const char* site = std::getenv("EXITBENCH_FAULT_SITE")) {
    fault_site = std::strtoull(site, nullptr, 16);
  }
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
