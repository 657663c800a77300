// Detects the backend of this host.
#ifndef EXITBENCH_VMM_X86_64_DETECT_BACKEND_H_
#define EXITBENCH_VMM_X86_64_DETECT_BACKEND_H_

#include <string>

#include "vmm/host/backend.h"
#include "vmm/x86_64/host_cpuid.h"

namespace exitbench {

// Returns the vendor module of `sys_module` that runs. A module that was loaded
// runs: it does not stay loaded without its hardware, or while another one runs
// (kvm_x86_vendor_init()). A kernel with KVM built in for both vendors shows
// two modules that were not loaded: then the one runs whose hardware `cpuid`
// has. Without any module, VMX and SVM only kvm_pvm can run.
BackendInfo DetectBackend(const HostCpuid& cpuid,
                          const std::string& sys_module = "/sys/module");

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_DETECT_BACKEND_H_
