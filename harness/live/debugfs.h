// What KVM shows of its VMs in debugfs: a folder each, which only root may
// read, with a file per counter.
//
// A folder's name is the thread that made the VM, by its number in the first
// PID namespace, and the number of the VM's file: "4711-12"
// (kvm_create_vm_debugfs() in virt/kvm/kvm_main.c). Each vCPU has a folder in
// it. In Linux 6.1 that has the thread that runs it ("vcpu0/pid"), in 5.10 not
// yet.
//
// A counter's file has the value, for counters of vCPUs the sum of all. Of a
// histogram it has the first bucket only. Kernels under lockdown, as with
// Secure Boot, let nobody open files that could be written, which the counters'
// can: writing sets them to 0.
#ifndef EXITBENCH_HARNESS_LIVE_DEBUGFS_H_
#define EXITBENCH_HARNESS_LIVE_DEBUGFS_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace exitbench {

struct VmFolder {
  std::string path;    // With the root.
  std::string name;    // "4711-12"
  pid_t thread = 0;    // 4711: it may have ended, and be another's by now.
  std::string number;  // "12"
};

// Returns the folders of all VMs. kNotFound: debugfs is not mounted, or KVM has
// no folder in it. kPermissionDenied: this process may not read it. Both say
// what would help.
absl::StatusOr<std::vector<VmFolder>> ListVmFolders(const std::string& root);

// Returns a number that no later folder of the same name has. 0: it is gone.
uint64_t FolderId(const std::string& folder);

// Returns how many vCPUs the VM has.
uint32_t VcpusOfFolder(const std::string& folder);

// Returns the threads that ran the VM's vCPUs last. Empty: the kernel does not
// say, or none has run yet.
std::vector<pid_t> VcpuThreadsOfFolder(const std::string& folder);

// Returns whether the folder's counters may be read. kPermissionDenied says
// what forbids it.
absl::Status MayReadCounters(const std::string& folder);

struct CounterFile {
  std::string name;
  // The kernel makes gauges' files read-only, so far as it knows them.
  bool writable = false;
};

// Returns the files of a VM's folder, sorted. Not all are counters, and to read
// some of the others is dear for the VM: mmu_rmaps_stat walks all its pages.
absl::StatusOr<std::vector<CounterFile>> ListCounterFiles(
    const std::string& folder);

// Returns the values of the counters of these names, in their order.
// kNotFound: the VM has ended.
absl::StatusOr<std::vector<double>> ReadCounters(
    const std::string& folder, const std::vector<std::string>& names);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_DEBUGFS_H_
