// What x86-64 keeps of an open /dev/kvm: the CPUID that it offers to guests.
#ifndef EXITBENCH_VMM_X86_64_ARCH_KVM_H_
#define EXITBENCH_VMM_X86_64_ARCH_KVM_H_

#include <cstdint>
#include <vector>

#include "vmm/kvm_uapi.h"

namespace exitbench {

struct ArchKvm {
  // The entries of KVM_GET_SUPPORTED_CPUID (KVM API 4.46).
  std::vector<kvm_cpuid_entry2> cpuid;

  // Returns whether leaf `function`, index 0, has bit `bit` of register `reg`
  // (0 to 3: EAX, EBX, ECX, EDX).
  bool HasBit(uint32_t function, int reg, int bit) const;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_ARCH_KVM_H_
