// What CPUID says to this process, on the host.
#ifndef EXITBENCH_VMM_HOST_CPUID_H_
#define EXITBENCH_VMM_HOST_CPUID_H_

#include <string>

namespace exitbench {

// The signature of the hypervisor that this host itself runs under (CPUID leaf
// 0x40000000): "KVMKVMKVM"; "unnamed" if it hides; empty on bare metal.
std::string HypervisorSignature();

// QEMU's emulator, which signs so unless it is told not to.
inline constexpr char kTcgSignature[] = "TCGTCGTCGTCG";

}  // namespace exitbench

#endif  // EXITBENCH_VMM_HOST_CPUID_H_
