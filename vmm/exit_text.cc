#include "vmm/exit_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "vmm/arch_guest.h"

namespace exitbench {

std::string DescribeExit(const kvm_run& run) {
  if (std::string text = DescribeArchExit(run); !text.empty()) return text;
  const std::string name = ExitReasonName(run.exit_reason);
  switch (run.exit_reason) {
    case KVM_EXIT_MMIO:
      return absl::StrFormat("%s %s gpa %#x size %u", name,
                             run.mmio.is_write ? "write" : "read",
                             run.mmio.phys_addr, run.mmio.len);
    case KVM_EXIT_INTERNAL_ERROR:
      return absl::StrFormat(
          "%s suberror %u%s", name, run.internal.suberror,
          run.internal.suberror == KVM_INTERNAL_ERROR_EMULATION
              ? " (an instruction that KVM can't emulate)"
              : "");
    case KVM_EXIT_FAIL_ENTRY:
      return absl::StrFormat("%s reason %#x", name,
                             run.fail_entry.hardware_entry_failure_reason);
    default:
      return name;
  }
}

}  // namespace exitbench
