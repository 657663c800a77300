// Finds the VMs that run on this host: by KVM's folders in debugfs, and by the
// files that processes have open.
#ifndef EXITBENCH_HARNESS_LIVE_FIND_VMS_H_
#define EXITBENCH_HARNESS_LIVE_FIND_VMS_H_

#include <sys/types.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "harness/live/live_vm.h"

namespace exitbench {

struct FoundVms {
  std::vector<LiveVm> vms;  // By process, then by number.
  // What could not be looked at, with what would help: a sentence each.
  std::vector<std::string> missing;
};

// Returns the VMs of a process. `pid` may be that of any of its threads.
// - In debugfs each VM is told apart. The threads of its vCPUs say whose it is,
//   or the thread that made it, unless that has ended meanwhile.
// - By files alone the VMs of a process can't be told apart. One LiveVm is then
//   all of them. The same holds where debugfs has no counters to read.
// kNotFound: there is no such process, or it has no VM. kPermissionDenied: this
// process may not look into it. All say in one line what to do.
// `root` is put before all paths. It is empty except in tests.
absl::StatusOr<FoundVms> FindVmsOf(pid_t pid, const std::string& root = "");

// Returns the VMs of all processes but this one. kNotFound: there are none that
// this process can see.
absl::StatusOr<FoundVms> FindAllVms(const std::string& root = "");

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_FIND_VMS_H_
