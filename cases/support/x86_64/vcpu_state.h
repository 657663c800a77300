// Saves and restores all state of one vCPU, as a checkpoint or a migration
// does.
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_VCPU_STATE_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_VCPU_STATE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// Owns buffers for all state of a vCPU. Save() and Restore() allocate nothing.
class VcpuState {
 public:
  // Makes the buffers: finds out which MSRs of this vCPU can be read and
  // written, and how large its extended state is. `machine` has an in-kernel
  // irqchip.
  absl::Status Prepare(Machine& machine);

  // Read from the vCPU, or write to it: registers, segments and control
  // registers, extended state, XCRs, MSRs, local APIC, pending events, debug
  // registers, run state. Return 0, or -1 and errno.
  int Save(Machine& machine);
  int Restore(Machine& machine);

  // Whether general, segment, control and debug registers, the task priority
  // (CR8) and the extended state are equal. MSRs are not compared, since some
  // count.
  bool SameRegisters(const VcpuState& other) const;

  // How large the state is, and how many MSRs are part of it.
  size_t bytes() const;
  size_t msrs() const;

 private:
  kvm_msrs& MsrBlock() {
    return *reinterpret_cast<kvm_msrs*>(msr_block_.data());
  }

  kvm_regs regs_ = {};
  kvm_sregs sregs_ = {};
  std::vector<uint8_t> xsave_;
  unsigned long get_xsave_ = 0;  // The ioctl for so large a state.
  kvm_xcrs xcrs_ = {};
  kvm_lapic_state lapic_ = {};
  kvm_vcpu_events events_ = {};
  kvm_debugregs debug_ = {};
  kvm_mp_state mp_ = {};
  std::vector<uint8_t> msr_block_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_VCPU_STATE_H_
