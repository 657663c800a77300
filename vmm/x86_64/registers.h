// The state of a vCPU that only x86-64 has: registers, MSRs, local APIC.
#ifndef EXITBENCH_VMM_X86_64_REGISTERS_H_
#define EXITBENCH_VMM_X86_64_REGISTERS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vmm/kvm_uapi.h"
#include "vmm/vcpu.h"

namespace exitbench {

// KVM_GET_REGS, KVM_SET_REGS, KVM_GET_SREGS, KVM_SET_SREGS (KVM API 4.11 to
// 4.14).
absl::StatusOr<kvm_regs> GetRegs(const Vcpu& vcpu);
absl::Status SetRegs(const Vcpu& vcpu, const kvm_regs& regs);
absl::StatusOr<kvm_sregs> GetSregs(const Vcpu& vcpu);
absl::Status SetSregs(const Vcpu& vcpu, const kvm_sregs& sregs);

// KVM_GET_MSRS and KVM_SET_MSRS (4.18, 4.19) of one MSR. kUnimplemented: KVM
// refuses that MSR or that value.
absl::StatusOr<uint64_t> GetMsr(const Vcpu& vcpu, uint32_t index);
absl::Status SetMsr(const Vcpu& vcpu, uint32_t index, uint64_t value);

// KVM_GET_LAPIC and KVM_SET_LAPIC (4.57, 4.58): the registers of the in-kernel
// local APIC.
absl::StatusOr<kvm_lapic_state> GetLapic(const Vcpu& vcpu);
absl::Status SetLapic(const Vcpu& vcpu, const kvm_lapic_state& lapic);

// KVM_GET_VCPU_EVENTS (4.31): which events are pending or being injected.
absl::StatusOr<kvm_vcpu_events> GetEvents(const Vcpu& vcpu);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_REGISTERS_H_
