#include "vmm/exit_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

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

std::string DescribeExit(const kvm_run& run) {
  const std::string name = ExitReasonName(run.exit_reason);
  switch (run.exit_reason) {
    case KVM_EXIT_IO:
      return absl::StrFormat("%s %s port %#x size %d count %u", name,
                             run.io.direction == KVM_EXIT_IO_OUT ? "out" : "in",
                             run.io.port, run.io.size, run.io.count);
    case KVM_EXIT_MMIO:
      return absl::StrFormat("%s %s gpa %#x size %u", name,
                             run.mmio.is_write ? "write" : "read",
                             run.mmio.phys_addr, run.mmio.len);
    case KVM_EXIT_HYPERCALL:
      return absl::StrFormat("%s nr %u args %#x %#x %#x", name,
                             run.hypercall.nr, run.hypercall.args[0],
                             run.hypercall.args[1], run.hypercall.args[2]);
    case KVM_EXIT_X86_RDMSR:
    case KVM_EXIT_X86_WRMSR:
      return absl::StrFormat("%s MSR %#x why %u", name, run.msr.index,
                             static_cast<uint32_t>(run.msr.reason));
    case KVM_EXIT_DEBUG:
      return absl::StrFormat("%s vector %u pc %#x dr6 %#x", name,
                             run.debug.arch.exception, run.debug.arch.pc,
                             run.debug.arch.dr6);
    case KVM_EXIT_INTERNAL_ERROR:
      return absl::StrFormat(
          "%s suberror %u%s", name, run.internal.suberror,
          run.internal.suberror == KVM_INTERNAL_ERROR_EMULATION
              ? " (an instruction that KVM can't emulate)"
              : "");
    case KVM_EXIT_FAIL_ENTRY:
      return absl::StrFormat("%s reason %#x", name,
                             run.fail_entry.hardware_entry_failure_reason);
    case KVM_EXIT_SHUTDOWN:
      return absl::StrCat(name, " (triple fault)");
    default:
      return name;
  }
}

std::string VectorName(uint64_t vector) {
  static constexpr const char* kNames[] = {
      "#DE", "#DB",   "NMI", "#BP", "#OF", "#BR", "#UD", "#NM",
      "#DF", nullptr, "#TS", "#NP", "#SS", "#GP", "#PF", nullptr,
      "#MF", "#AC",   "#MC", "#XM", "#VE", "#CP"};
  if (vector < sizeof(kNames) / sizeof(kNames[0]) &&
      kNames[vector] != nullptr) {
    return kNames[vector];
  }
  return absl::StrCat("vector ", vector);
}

}  // namespace exitbench
