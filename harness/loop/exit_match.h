// Whether an exit is the one that a case expects.
#ifndef EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
#define EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_

#include <cstdint>
#include <string>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"
#include "vmm/x86_64/doorbell.h"

namespace exitbench {

// How many of the event's elements this exit is: 0 if it is another exit.
// Reason, port or address, size and direction must all be as expected.
inline uint32_t MatchedElements(const ExpectedExit& expected,
                                const kvm_run& run) {
  if (run.exit_reason != expected.reason) return 0;
  switch (expected.reason) {
    case KVM_EXIT_IO:
      if (run.io.port != expected.port || run.io.size != expected.size_bytes ||
          (run.io.direction == KVM_EXIT_IO_OUT) != expected.is_write ||
          run.io.count > expected.elements) {
        return 0;
      }
      return run.io.count;
    case KVM_EXIT_MMIO:
      return run.mmio.phys_addr - expected.gpa < expected.gpa_bytes &&
             run.mmio.len == expected.size_bytes &&
             (run.mmio.is_write != 0) == expected.is_write;
    case KVM_EXIT_HYPERCALL:
      return run.hypercall.nr == expected.number;
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
      return run.msr.index == expected.number;
    default:
      return 1;
  }
}

// "KVM_EXIT_IO out port 0x5e8 size 1", for messages.
std::string DescribeExpected(const ExpectedExit& expected);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
