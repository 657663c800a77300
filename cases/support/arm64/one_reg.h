// One register of a vCPU, for hooks that must not allocate: the answers of
// exits, and calls that are timed.
#ifndef EXITBENCH_CASES_SUPPORT_ARM64_ONE_REG_H_
#define EXITBENCH_CASES_SUPPORT_ARM64_ONE_REG_H_

#include <cstdint>

#include "base/sys.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// KVM_GET_ONE_REG and KVM_SET_ONE_REG (KVM API 4.69, 4.68). `value` has the
// size that the register's id says. They return 0, or -1 and errno.
inline int ReadOneReg(const Vcpu& vcpu, uint64_t id, void* value) {
  kvm_one_reg reg = {id, reinterpret_cast<uint64_t>(value)};
  return sys::Ioctl(vcpu.fd(), "KVM_GET_ONE_REG", KVM_GET_ONE_REG,
                    reinterpret_cast<unsigned long>(&reg));
}
inline int WriteOneReg(const Vcpu& vcpu, uint64_t id, const void* value) {
  kvm_one_reg reg = {id, reinterpret_cast<uint64_t>(value)};
  return sys::Ioctl(vcpu.fd(), "KVM_SET_ONE_REG", KVM_SET_ONE_REG,
                    reinterpret_cast<unsigned long>(&reg));
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_ARM64_ONE_REG_H_
