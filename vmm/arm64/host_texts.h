// What an arm64 host says of itself to a process without privileges.
#ifndef EXITBENCH_VMM_ARM64_HOST_TEXTS_H_
#define EXITBENCH_VMM_ARM64_HOST_TEXTS_H_

#include <string>

namespace exitbench {

// Files as they are; empty where there is none.
struct HostTexts {
  std::string interrupts;    // /proc/interrupts
  std::string command_line;  // /proc/cmdline
  // The words of the first line "Features" of /proc/cpuinfo.
  std::string cpu_features;
  std::string system_vendor;     // /sys/class/dmi/id/sys_vendor
  std::string product_name;      // /sys/class/dmi/id/product_name
  std::string board_compatible;  // /proc/device-tree/compatible
  std::string hypervisor_type;   // /sys/hypervisor/type
};

// Reads those of this host.
HostTexts ReadHostTexts();

// Returns the last value of `name` on a kernel's command line: "nvhe" for
// "kvm-arm.mode". Empty if it is not there.
std::string KernelParameter(const std::string& command_line,
                            const std::string& name);

// Returns what HypervisorSignature() returns on a host with these texts. No
// register tells a guest that it is one. Firmware has names for it: DMI, or a
// device tree of a board that only hypervisors make.
std::string HypervisorName(const HostTexts& texts);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_HOST_TEXTS_H_
