// Exits to userspace that only arm64 has, as rows expect them.
#ifndef EXITBENCH_CASES_ARM64_EXITS_H_
#define EXITBENCH_CASES_ARM64_EXITS_H_

#include <cstdint>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// An SMCCC call that a filter hands to userspace.
constexpr ExpectedExit SmcccExit(uint64_t function) {
  return {.reason = KVM_EXIT_HYPERCALL, .number = function};
}

// KVM_SYSTEM_EVENT_*.
constexpr ExpectedExit SystemEvent(uint32_t type) {
  return {.reason = KVM_EXIT_SYSTEM_EVENT, .number = type};
}

// An access to `gpa` of which the syndrome does not say what it moves.
constexpr ExpectedExit NisvLoad(uint64_t gpa) {
  return {.reason = KVM_EXIT_ARM_NISV, .is_write = false, .address = gpa};
}
constexpr ExpectedExit NisvStore(uint64_t gpa) {
  return {.reason = KVM_EXIT_ARM_NISV, .is_write = true, .address = gpa};
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_ARM64_EXITS_H_
