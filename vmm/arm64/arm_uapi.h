// What vmm/kvm_uapi.h is for all architectures, for arm64 alone: constants of
// kernels newer than Debian 12's headers, and names of registers.
#ifndef EXITBENCH_VMM_ARM64_ARM_UAPI_H_
#define EXITBENCH_VMM_ARM64_ARM_UAPI_H_

#include <cstddef>

#include "vmm/kvm_uapi.h"

// Linux 6.4.
#ifndef KVM_CAP_COUNTER_OFFSET
#define KVM_CAP_COUNTER_OFFSET 227

struct kvm_arm_counter_offset {
  __u64 counter_offset;
  __u64 reserved;
};
#define KVM_ARM_SET_COUNTER_OFFSET \
  _IOW(KVMIO, 0xb5, struct kvm_arm_counter_offset)
#endif  // KVM_CAP_COUNTER_OFFSET

// Linux 6.4: which SMCCC calls exit to userspace.
#ifndef KVM_ARM_VM_SMCCC_CTRL
#define KVM_ARM_VM_SMCCC_CTRL 0
#define KVM_ARM_VM_SMCCC_FILTER 0

enum kvm_smccc_filter_action {
  KVM_SMCCC_FILTER_HANDLE = 0,
  KVM_SMCCC_FILTER_DENY,
  KVM_SMCCC_FILTER_FWD_TO_USER,
};

struct kvm_smccc_filter {
  __u32 base;
  __u32 nr_functions;
  __u8 action;
  __u8 pad[15];
};
#define KVM_HYPERCALL_EXIT_SMC (1U << 0)
#define KVM_HYPERCALL_EXIT_16BIT (1U << 1)
#endif  // KVM_ARM_VM_SMCCC_CTRL

// Linux 6.16: vCPUs with EL2.
#ifndef KVM_CAP_ARM_EL2
#define KVM_CAP_ARM_EL2 240
#define KVM_ARM_VCPU_HAS_EL2 7
#endif  // KVM_CAP_ARM_EL2

namespace exitbench {

// Ids for KVM_GET_ONE_REG and KVM_SET_ONE_REG (KVM API 4.68). A member of
// struct kvm_regs: EB_CORE_REG(regs.pc).
#define EB_CORE_REG(member)                              \
  (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | \
   offsetof(struct kvm_regs, member) / sizeof(__u32))

// System registers, by op0, op1, CRn, CRm, op2 (Arm ARM D22).
inline constexpr __u64 kSctlrEl1 = ARM64_SYS_REG(3, 0, 1, 0, 0);
inline constexpr __u64 kCpacrEl1 = ARM64_SYS_REG(3, 0, 1, 0, 2);
inline constexpr __u64 kTtbr0El1 = ARM64_SYS_REG(3, 0, 2, 0, 0);
inline constexpr __u64 kTcrEl1 = ARM64_SYS_REG(3, 0, 2, 0, 2);
inline constexpr __u64 kEsrEl1 = ARM64_SYS_REG(3, 0, 5, 2, 0);
inline constexpr __u64 kFarEl1 = ARM64_SYS_REG(3, 0, 6, 0, 0);
inline constexpr __u64 kMairEl1 = ARM64_SYS_REG(3, 0, 10, 2, 0);
inline constexpr __u64 kVbarEl1 = ARM64_SYS_REG(3, 0, 12, 0, 0);
inline constexpr __u64 kTpidrEl1 = ARM64_SYS_REG(3, 0, 13, 0, 4);
inline constexpr __u64 kTpidrroEl0 = ARM64_SYS_REG(3, 3, 13, 0, 3);
inline constexpr __u64 kCntkctlEl1 = ARM64_SYS_REG(3, 0, 14, 1, 0);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_ARM_UAPI_H_
