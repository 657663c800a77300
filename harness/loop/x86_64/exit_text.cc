#include "absl/strings/str_format.h"
#include "harness/loop/exit_match.h"
#include "vmm/exit_name.h"

namespace exitbench {

std::string DescribeArchExpected(const ExpectedExit& expected) {
  const std::string name = ExitReasonName(expected.reason);
  switch (expected.reason) {
    case KVM_EXIT_IO:
      return absl::StrFormat("%s %s port %#x size %d", name,
                             expected.is_write ? "out" : "in", expected.address,
                             expected.size_bytes);
    case KVM_EXIT_HYPERCALL:
      return absl::StrFormat("%s nr %d", name, expected.number);
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
      return absl::StrFormat("%s MSR %#x", name, expected.number);
    default:
      return "";
  }
}

}  // namespace exitbench
