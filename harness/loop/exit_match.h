// Whether an exit is the one that a case expects.
#ifndef EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
#define EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_

#include <string>

#include "cases/case.h"
#include "harness/loop/arch/exit_match.h"

namespace exitbench {

// MatchedElements() is the architecture's (harness/loop/x86_64/exit_match.h):
// one switch over all reasons, since it is part of the timed loop.

// Returns the expected exit in words: "KVM_EXIT_MMIO write gpa 0x10000000 size
// 4".
std::string DescribeExpected(const ExpectedExit& expected);

// Does the same for exits that only the architecture has, and returns an empty
// text for others. The architecture defines it
// (harness/loop/x86_64/exit_text.cc).
std::string DescribeArchExpected(const ExpectedExit& expected);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_EXIT_MATCH_H_
