// Whether an exit is the one that a case expects.
#ifndef EXITBENCH_HARNESS_LOOP_X86_64_EXIT_MATCH_H_
#define EXITBENCH_HARNESS_LOOP_X86_64_EXIT_MATCH_H_

#include <cstdint>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Returns how many elements of the event this exit is. 0 if it is not the
// expected exit. Reason, address, size and direction must all be as expected.
inline uint32_t MatchedElements(const ExpectedExit& expected,
                                const kvm_run& run) {
  if (run.exit_reason != expected.reason) return 0;
  switch (expected.reason) {
    case KVM_EXIT_IO:
      if (run.io.port != expected.address ||
          run.io.size != expected.size_bytes ||
          (run.io.direction == KVM_EXIT_IO_OUT) != expected.is_write ||
          run.io.count > expected.elements) {
        return 0;
      }
      return run.io.count;
    case KVM_EXIT_MMIO:
      return expected.MatchesMmio(run);
    case KVM_EXIT_HYPERCALL:
      return run.hypercall.nr == expected.number;
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
      return run.msr.index == expected.number;
    default:
      return 1;
  }
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_X86_64_EXIT_MATCH_H_
