#include "harness/loop/exit_match.h"

#include "absl/strings/str_format.h"
#include "vmm/exit_name.h"

namespace exitbench {

std::string DescribeExpected(const ExpectedExit& expected) {
  if (expected.reason == ExpectedExit::kNone) return "no exit to userspace";
  if (expected.reason == ExpectedExit::kErrno) {
    return absl::StrFormat("KVM_RUN to fail with errno %d", expected.run_errno);
  }
  if (std::string text = DescribeArchExpected(expected); !text.empty()) {
    return text;
  }
  const std::string name = ExitReasonName(expected.reason);
  switch (expected.reason) {
    case KVM_EXIT_MMIO:
      return absl::StrFormat("%s %s gpa %#x size %d", name,
                             expected.is_write ? "write" : "read",
                             expected.address, expected.size_bytes);
    default:
      return name;
  }
}

}  // namespace exitbench
