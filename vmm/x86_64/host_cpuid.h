// CPUID of the host, as this process reads it.
#ifndef EXITBENCH_VMM_X86_64_HOST_CPUID_H_
#define EXITBENCH_VMM_X86_64_HOST_CPUID_H_

#include <cstdint>
#include <string>

namespace exitbench {

// The parts of CPUID that show which KVM can run here and what the processor
// does for guests (SDM vol. 2A CPUID; APM vol. 3 appendix E).
struct HostCpuid {
  std::string vendor;  // Leaf 0: "GenuineIntel", "AuthenticAMD".
  bool vmx = false;    // Leaf 1, ECX bit 5.
  bool svm = false;    // Leaf 0x80000001, ECX bit 2.
  // Leaf 0x8000000a, EDX: the features of SVM; 0 without SVM.
  uint32_t svm_features = 0;
};

HostCpuid ReadHostCpuid();

// What HypervisorSignature() returns under QEMU's emulator, unless it is
// started without its signature.
inline constexpr char kTcgSignature[] = "TCGTCGTCGTCG";

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_HOST_CPUID_H_
