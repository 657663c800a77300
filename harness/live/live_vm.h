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
  // Its folders in debugfs, as "/sys/kernel/debug/kvm/4711-12": one, or as many
  // as there are VMs taken together. Empty: only its process is known, by the
  // files that it has open.
  std::vector<std::string> folders;
  // Why there is no folder, with what would help.
  std::string no_folder;
  // The number of the VM's file in its process: "12". Empty where it is not
  // known, or where there are several.
  std::string number;
  // How many VMs this is: more than 1 where those of a process can't be told
  // apart. They are then taken together.
  uint32_t vms = 1;
  uint32_t vcpus = 0;  // 0: unknown.
  // The process has other VMs, which are told apart from this one. So what is
  // the process's is not this VM's alone.
  bool shares_process = false;
  std::vector<std::string> missing;  // As in LiveCounts.
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_LIVE_VM_H_
