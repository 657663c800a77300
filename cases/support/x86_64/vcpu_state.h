// All state of one vCPU, as a checkpoint or a migration saves it.
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_VCPU_STATE_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_VCPU_STATE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// Buffers for it, sized once; Save() and Restore() allocate nothing.
class VcpuState {
 public:
  // Finds out which MSRs this vCPU has that can be read and written, and how
  // large its extended state is. `machine` has an in-kernel irqchip.
  absl::Status Prepare(Machine& machine);

  // Registers, segments and control registers, extended state, XCRs, MSRs,
  // local APIC, pending events, debug registers, run state: 0, or -1 and errno.
  int Save(Machine& machine);
  int Restore(Machine& machine);

  // Equal in general, segment, control and debug registers, the task priority
  // (CR8) and the extended state. MSRs are not compared: some count.
  bool SameRegisters(const VcpuState& other) const;

  size_t bytes() const;
  size_t msrs() const;

 private:
  kvm_msrs& MsrBlock() {
    return *reinterpret_cast<kvm_msrs*>(msr_block_.data());
  }

  kvm_regs regs_ = {};
  kvm_sregs sregs_ = {};
  std::vector<uint8_t> xsave_;
  unsigned long get_xsave_ = 0;  // The ioctl that suits its size.
  kvm_xcrs xcrs_ = {};
  kvm_lapic_state lapic_ = {};
  kvm_vcpu_events events_ = {};
  kvm_debugregs debug_ = {};
  kvm_mp_state mp_ = {};
  std::vector<uint8_t> msr_block_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_VCPU_STATE_H_
