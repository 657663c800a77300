// For rows that need a bit of CPUID.
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_CPUID_NEED_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_CPUID_NEED_H_

#include <cstdint>

#include "vmm/kvm.h"
#include "vmm/x86_64/arch_kvm.h"

namespace exitbench {

// For Need::offered: whether guests are given `kBit` of register `kRegister`
// (0 to 3: EAX to EDX) of CPUID leaf `kFunction`, index 0.
template <uint32_t kFunction, int kRegister, int kBit>
bool GuestHasCpuid(const Kvm& kvm) {
  return kvm.arch().HasBit(kFunction, kRegister, kBit);
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_CPUID_NEED_H_
