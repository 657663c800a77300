// Whether an exit is the one that a case expects.
#ifndef EXITBENCH_HARNESS_LOOP_ARM64_EXIT_MATCH_H_
#define EXITBENCH_HARNESS_LOOP_ARM64_EXIT_MATCH_H_

#include <cstdint>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Of the syndrome of a data abort: it was a write (Arm ARM, ISS of ESR_ELx,
// WnR).
inline constexpr uint64_t kAbortOfWrite = 1 << 6;

// Returns how many elements of the event this exit is. 0 if it is not the
// expected exit. Reason, address, size and direction must all be as expected,
// as far as the exit has them.
inline uint32_t MatchedElements(const ExpectedExit& expected,
                                const kvm_run& run) {
  if (run.exit_reason != expected.reason) return 0;
  switch (expected.reason) {
    case KVM_EXIT_MMIO:
      return expected.MatchesMmio(run);
    case KVM_EXIT_HYPERCALL:
      return run.hypercall.nr == expected.number;
    case KVM_EXIT_SYSTEM_EVENT:
      return run.system_event.type == expected.number;
    case KVM_EXIT_ARM_NISV:
      return run.arm_nisv.fault_ipa - expected.address <
                 expected.address_bytes &&
             ((run.arm_nisv.esr_iss & kAbortOfWrite) != 0) == expected.is_write;
    default:
      return 1;
  }
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_ARM64_EXIT_MATCH_H_
