// What arm64 keeps of an open /dev/kvm.
#ifndef EXITBENCH_VMM_ARM64_ARCH_KVM_H_
#define EXITBENCH_VMM_ARM64_ARCH_KVM_H_

namespace exitbench {

struct ArchKvm {
  // Bits of guest-physical addresses (KVM_CAP_ARM_VM_IPA_SIZE), or 0 where the
  // kernel does not say.
  int ipa_bits = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_ARCH_KVM_H_
