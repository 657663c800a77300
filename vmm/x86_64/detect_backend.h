// Finds the backend of this host.
#ifndef EXITBENCH_VMM_X86_64_DETECT_BACKEND_H_
#define EXITBENCH_VMM_X86_64_DETECT_BACKEND_H_

#include <string>

#include "vmm/backend.h"
#include "vmm/x86_64/host_cpuid.h"

namespace exitbench {

// Of the modules that are there, the one that can run on this processor: with
// KVM built in for both vendors /sys/module has both, whichever runs. A module
// that was loaded runs, since a vendor module that finds another one running,
// or no hardware of its own, does not stay loaded (kvm_x86_vendor_init). Where
// none is shown and the processor has no VMX and no SVM, only kvm_pvm can be
// what runs. Reads `sys_module` and `cpuid`.
BackendInfo DetectBackend(const HostCpuid& cpuid,
                          const std::string& sys_module = "/sys/module");

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_DETECT_BACKEND_H_
