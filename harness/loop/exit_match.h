// Whether an exit is the one that a case expects.
#ifndef EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
#define EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_

#include <cstdint>
#include <string>

#include "cases/case.h"
#include "harness/loop/arch/exit_match.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Returns how many elements of the event this exit is. 0 if it is not the
// expected exit. Reason, address, size and direction must all be as expected.
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

// Returns the expected exit in words: "KVM_EXIT_MMIO write gpa 0x10000000 size
// 4".
std::string DescribeExpected(const ExpectedExit& expected);

// Does the same for exits that only the architecture has, and returns an empty
// text for others. The architecture defines it
// (harness/loop/x86_64/exit_text.cc).
std::string DescribeArchExpected(const ExpectedExit& expected);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
