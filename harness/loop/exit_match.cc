#include "harness/loop/exit_match.h"

#include "absl/strings/str_format.h"
#include "vmm/exit_text.h"

namespace exitbench {

std::string DescribeExpected(const ExpectedExit& expected) {
  if (expected.reason == ExpectedExit::kNone) return "no exit to userspace";
  if (expected.reason == ExpectedExit::kErrno) {
    return absl::StrFormat("KVM_RUN to fail with errno %d", expected.run_errno);
  }
  const std::string name = ExitReasonName(expected.reason);
  switch (expected.reason) {
    case KVM_EXIT_IO:
      return absl::StrFormat("%s %s port %#x size %d", name,
                             expected.is_write ? "out" : "in", expected.port,
                             expected.size_bytes);
    case KVM_EXIT_MMIO:
      return absl::StrFormat("%s %s gpa %#x size %d", name,
                             expected.is_write ? "write" : "read", expected.gpa,
                             expected.size_bytes);
    case KVM_EXIT_HYPERCALL:
      return absl::StrFormat("%s nr %d", name, expected.number);
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
      return absl::StrFormat("%s MSR %#x", name, expected.number);
    default:
      return name;
  }
}

}  // namespace exitbench
