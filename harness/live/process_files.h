// What /proc shows of a process that may be a VMM: its name, its owner, and the
// files of KVM that it has open.
#ifndef EXITBENCH_HARNESS_LIVE_PROCESS_FILES_H_
#define EXITBENCH_HARNESS_LIVE_PROCESS_FILES_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// A file that KVM made (virt/kvm/kvm_main.c). /proc/PID/fd shows it as a link
// to "anon_inode:" and its name.
enum class KvmFile {
  kNone,
  kVm,              // kvm-vm
  kVcpu,            // kvm-vcpu:N
  kVmStatistics,    // kvm-vm-stats
  kVcpuStatistics,  // kvm-vcpu-stats:N
};

struct OpenKvmFile {
  int fd = -1;  // In its process.
  KvmFile kind = KvmFile::kNone;
  int64_t vcpu = 0;  // N.
};

// Returns which of KVM's files a link leads to.
OpenKvmFile ParseKvmLink(absl::string_view link);

// Returns the files of KVM that a process has open, by their numbers.
// kNotFound: there is no such process. kPermissionDenied: this process may not
// look.
absl::StatusOr<std::vector<OpenKvmFile>> ListKvmFiles(const std::string& root,
                                                      pid_t pid);

// Returns whether a process still has one of `files` open, so far as links
// tell.
bool HasOneStill(const std::string& root, pid_t pid,
                 const std::vector<OpenKvmFile>& files);

uint32_t CountKind(const std::vector<OpenKvmFile>& files, KvmFile kind);

// Returns the process of a thread. kNotFound: the thread has ended.
absl::StatusOr<pid_t> ProcessOfThread(const std::string& root, pid_t thread);

// Returns the command's name; empty if the process has ended.
std::string CommandOf(const std::string& root, pid_t pid);

// Returns the user who owns it, or -1.
int64_t UserOf(const std::string& root, pid_t pid);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_PROCESS_FILES_H_
