// pv/: hypercalls, and MSRs that KVM passes to no guest.
#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {

bool IsPvHypercall(absl::string_view name) {
  for (const char* call :
       {"pv/send_ipi", "pv/kick_cpu", "pv/sched_yield", "pv/hyperv_spin_wait",
        "pv/hyperv_flush_tlb", "pv/xen_hypercall"}) {
    if (name == call) return true;
  }
  return false;
}

std::optional<Behaviour> PvBehaviour(const Situation& s) {
  if (!absl::StartsWith(s.name, "pv/")) return std::nullopt;
  Behaviour b;
  if (absl::StartsWith(s.name, "pv/hyperv_stimer_latency.")) {
    // hyperv.c: stimer_notify_direct, kvm_apic_set_irq: as any interrupt of the
    // local APIC's, which SynIC does without APICv.
    b.event.irq_injections =
        s.host.Has(kApicv) || s.host.Has(kAvic) ? s.Between(0, 1) : 1;
    b.event.halt_exits = absl::EndsWith(s.name, ".halted");
    b.exits_are_told = false;
    return b;
  }
  if (!s.host.IsHardware()) {
    b.instructions = 1;
    return b;
  }
  b.event.exits = 1;
  // x86.c: kvm_emulate_hypercall counts those of KVM's own. Hyper-V's and Xen's
  // go other ways before it does.
  const bool of_kvm = s.name == "pv/send_ipi" || s.name == "pv/kick_cpu" ||
                      s.name == "pv/sched_yield";
  if (of_kvm) b.event.hypercalls = 1;
  if (s.name == "pv/sched_yield") {
    b.event.directed_yield_attempted = 1;  // x86.c: kvm_sched_yield.
  }
  if (s.name == "pv/send_ipi") {
    // lapic.c; with a virtual local APIC the processor delivers it.
    b.event.irq_injections = s.host.Has(kApicv) || s.host.Has(kAvic) ? 0 : 1;
    b.exits_are_told = false;  // EOI may exit as well.
  }
  return b;
}

}  // namespace exitbench
