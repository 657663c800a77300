// Saves and restores all state of one vCPU, as a checkpoint or a migration
// does.
#ifndef EXITBENCH_CASES_SUPPORT_ARM64_VCPU_STATE_H_
#define EXITBENCH_CASES_SUPPORT_ARM64_VCPU_STATE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// Returns the ids of a vCPU's registers (KVM_GET_REG_LIST, KVM API 4.84).
absl::StatusOr<std::vector<uint64_t>> RegisterIds(const Vcpu& vcpu);

// Owns buffers for all state of a vCPU. Save() and Restore() allocate nothing.
class VcpuState {
 public:
  // Makes the buffers: finds out which registers this vCPU has, and which of
  // them take the value that they have.
  absl::Status Prepare(Machine& machine);

  // Read from the vCPU, or write to it: each register, one ioctl each, pending
  // events, run state. Restore() leaves out registers that can't be written.
  // Return 0, or -1 and errno.
  int Save(Machine& machine);
  int Restore(Machine& machine);

  // Whether all registers are equal, but for the counter.
  bool SameRegisters(const VcpuState& other) const;

  // How large the state is, and how many registers are part of it.
  size_t bytes() const;
  size_t registers() const { return registers_.size(); }

 private:
  struct Register {
    uint64_t id;
    size_t at;  // Its value in values_.
    bool is_writable;
  };

  std::vector<Register> registers_;
  std::vector<uint8_t> values_;
  kvm_vcpu_events events_ = {};
  kvm_mp_state mp_ = {};
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_ARM64_VCPU_STATE_H_
