// A VM that another process runs.
#ifndef EXITBENCH_HARNESS_LIVE_LIVE_VM_H_
#define EXITBENCH_HARNESS_LIVE_LIVE_VM_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace exitbench {

struct LiveVm {
  pid_t pid = 0;
  std::string command;  // /proc/PID/comm. Untrusted: see Printable().
  // Its folder in debugfs, as "/sys/kernel/debug/kvm/4711-12". Empty: only its
  // process is known, by the files that it has open.
  std::string folder;
  // The number of the VM's file in its process: "12". Empty where `folder` is.
  std::string number;
  // How many VMs this is: more than 1 where those of a process can't be told
  // apart. They are then taken together.
  uint32_t vms = 1;
  uint32_t vcpus = 0;  // 0: unknown.
  // File numbers of statistics files that its process has open.
  std::vector<int> statistics_fds;
  std::vector<std::string> missing;  // As in LiveCounts.
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_LIVE_VM_H_
