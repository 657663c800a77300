// Statistics files of KVM that another process has open, taken from it.
//
// A process may ask KVM for the statistics of its own VMs only. But a file that
// it holds open for them can be read by whoever has it, and pidfd_getfd(2)
// (Linux 5.6) gives it to a process that may trace the other one: to root with
// CAP_SYS_PTRACE, and to the same user unless kernel.yama.ptrace_scope forbids
// it. QEMU 8.1 and newer hold a file for each vCPU, and none for the VM.
//
// A VM lives on in the kernel as long as somebody holds such a file. If a
// process makes a VM with the same file number meanwhile, that one has no
// folder in debugfs. Kernels before 6.5 may lack that, and have freed the
// counters by then. So check IsOneStillOpen() before each reading.
#ifndef EXITBENCH_HARNESS_LIVE_TAKEN_FILES_H_
#define EXITBENCH_HARNESS_LIVE_TAKEN_FILES_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/owned.h"
#include "harness/live/process_files.h"
#include "vmm/kvm_stats.h"

namespace exitbench {

// Opens a process by pidfd_open(2) (Linux 5.3). It is readable, for poll(2),
// once the process has ended. kNotFound: it has ended.
absl::StatusOr<UniqueFd> OpenProcess(pid_t pid);

struct TakenFile {
  OpenKvmFile file;
  KvmStats stats;
};

struct TakenFiles {
  std::vector<TakenFile> taken;
  uint32_t vm_files = 0;    // Of these, those of VMs.
  uint32_t vcpu_files = 0;  // Those of vCPUs.
};

// Takes the statistics files among `files`, which are those of `process`. Of a
// vCPU or VM that has several it takes one. kNotFound: it has none.
// kPermissionDenied: this process may not take them. kUnimplemented: this
// kernel can't. All say what would help. `root` is for
// kernel.yama.ptrace_scope.
absl::StatusOr<TakenFiles> TakeStatisticsFiles(
    const std::string& root, int process,
    const std::vector<OpenKvmFile>& files);

// Returns whether its process still has one of the files open, or that can't be
// told, as where this process has no file left. Otherwise the VM has ended,
// though its files can be read on.
bool IsOneStillOpen(int process, const TakenFiles& files);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_TAKEN_FILES_H_
