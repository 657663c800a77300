// A vCPU's registers, one at a time.
#ifndef EXITBENCH_VMM_ARM64_REGISTERS_H_
#define EXITBENCH_VMM_ARM64_REGISTERS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/vcpu.h"

namespace exitbench {

// KVM_GET_ONE_REG and KVM_SET_ONE_REG (KVM API 4.69, 4.68) of a register of 64
// bits. kUnimplemented: this vCPU has no such register.
absl::StatusOr<uint64_t> GetReg(const Vcpu& vcpu, uint64_t id);
absl::Status SetReg(const Vcpu& vcpu, uint64_t id, uint64_t value);

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_REGISTERS_H_
