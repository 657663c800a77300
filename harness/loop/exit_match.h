// Whether an exit is the one that a case expects.
#ifndef EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
#define EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_

#include <cstdint>
#include <string>

#include "cases/case.h"
#include "harness/loop/arch/exit_match.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// How many of the event's elements this exit is: 0 if it is another exit.
// Reason, port or address, size and direction must all be as expected.
inline uint32_t MatchedElements(const ExpectedExit& expected,
                                const kvm_run& run) {
  if (run.exit_reason != expected.reason) return 0;
  switch (expected.reason) {
    case KVM_EXIT_MMIO:
      return run.mmio.phys_addr - expected.address < expected.address_bytes &&
             run.mmio.len == expected.size_bytes &&
             (run.mmio.is_write != 0) == expected.is_write;
    default:
      return MatchedArchElements(expected, run);
  }
}

// "KVM_EXIT_IO out port 0x5e8 size 1", for messages.
std::string DescribeExpected(const ExpectedExit& expected);

// The same for exits that only the architecture has, which defines it
// (harness/loop/x86_64/exit_text.cc); empty for others.
std::string DescribeArchExpected(const ExpectedExit& expected);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
