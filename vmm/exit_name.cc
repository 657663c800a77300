#include "vmm/exit_name.h"

#include "absl/strings/str_cat.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

std::string ExitReasonName(uint32_t reason) {
  struct Known {
    uint32_t reason;
    const char* name;
  };
#define EB_KNOWN(name) \
  { name, #name }
  static constexpr Known kKnown[] = {
      EB_KNOWN(KVM_EXIT_UNKNOWN),
      EB_KNOWN(KVM_EXIT_EXCEPTION),
      EB_KNOWN(KVM_EXIT_IO),
      EB_KNOWN(KVM_EXIT_HYPERCALL),
      EB_KNOWN(KVM_EXIT_DEBUG),
      EB_KNOWN(KVM_EXIT_HLT),
      EB_KNOWN(KVM_EXIT_MMIO),
      EB_KNOWN(KVM_EXIT_IRQ_WINDOW_OPEN),
      EB_KNOWN(KVM_EXIT_SHUTDOWN),
      EB_KNOWN(KVM_EXIT_FAIL_ENTRY),
      EB_KNOWN(KVM_EXIT_INTR),
      EB_KNOWN(KVM_EXIT_SET_TPR),
      EB_KNOWN(KVM_EXIT_TPR_ACCESS),
      EB_KNOWN(KVM_EXIT_NMI),
      EB_KNOWN(KVM_EXIT_INTERNAL_ERROR),
      EB_KNOWN(KVM_EXIT_SYSTEM_EVENT),
      EB_KNOWN(KVM_EXIT_IOAPIC_EOI),
      EB_KNOWN(KVM_EXIT_HYPERV),
      EB_KNOWN(KVM_EXIT_ARM_NISV),
      EB_KNOWN(KVM_EXIT_X86_RDMSR),
      EB_KNOWN(KVM_EXIT_X86_WRMSR),
      EB_KNOWN(KVM_EXIT_DIRTY_RING_FULL),
      EB_KNOWN(KVM_EXIT_X86_BUS_LOCK),
      EB_KNOWN(KVM_EXIT_NOTIFY),
      EB_KNOWN(KVM_EXIT_MEMORY_FAULT),
  };
#undef EB_KNOWN
  for (const Known& known : kKnown) {
    if (known.reason == reason) return known.name;
  }
  return absl::StrCat("exit reason ", reason);
}

}  // namespace exitbench
