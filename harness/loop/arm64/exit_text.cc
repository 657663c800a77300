#include "absl/strings/str_format.h"
#include "harness/loop/exit_match.h"
#include "vmm/exit_name.h"

namespace exitbench {

std::string DescribeArchExpected(const ExpectedExit& expected) {
  const std::string name = ExitReasonName(expected.reason);
  switch (expected.reason) {
    case KVM_EXIT_HYPERCALL:
      return absl::StrFormat("%s function %#x", name, expected.number);
    case KVM_EXIT_SYSTEM_EVENT:
      return absl::StrFormat("%s type %d", name, expected.number);
    case KVM_EXIT_ARM_NISV:
      return absl::StrFormat("%s %s gpa %#x", name,
                             expected.is_write ? "write" : "read",
                             expected.address);
    default:
      return "";
  }
}

}  // namespace exitbench
