// ipi/, irq/, upcall/ and doorbell/: interrupts, and halts that they end.
#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

bool Contains(const Situation& s, absl::string_view text) {
  return absl::StrContains(s.name, text);
}

// Which of its local APIC's modes the guest is in.
bool IsXapic(const Situation& s) { return Contains(s, ".xapic"); }

// AVIC for a guest in x2APIC mode: inhibited before 6.0 (avic.c,
// APICV_INHIBIT_REASON_X2APIC), then hybrid, or x2AVIC.
bool KeepsApic(const Situation& s) {
  if (s.host.IsVmx()) return s.host.Has(kApicv);
  if (!s.host.IsSvm() || !s.host.Has(kAvic)) return false;
  return IsXapic(s) || s.host.kernel >= 600;
}

// lapic.c: a processor that keeps the local APIC is given its IRR and injects
// by itself, unless that is inhibited (kvm_set_or_clear_apicv_inhibit); else
// svm.c: svm_inject_irq, vmx.c: vmx_inject_irq.
double Injections(const Situation& s) {
  return KeepsApic(s) ? s.Between(0, 1) : 1;
}

// SDM vol. 3C 31.1.4; APM vol. 2 15.29.3. Hybrid AVIC keeps the MSRs'
// intercepts (avic.c: avic_activate_vmcb).
double EoiExits(const Situation& s) {
  const bool by_msr = !IsXapic(s);
  const bool kept =
      s.host.IsSvm() && by_msr ? s.host.Has(kX2avic) : KeepsApic(s);
  return kept ? s.Between(0, 1) : 1;
}

// What halts with an interrupt already pending: HLT after STI. x86.c:
// __kvm_emulate_halt counts it; with IDLE_HLT it does not exit (APM vol. 2
// 15.9).
double HaltsWithPending(const Situation& s) {
  return s.host.UsesIdleHlt() ? 0 : 1;
}

// The thread that the kick wakes may run before the guest goes on to its HLT
// where they share a CPU: then an interrupt is pending at it.
double HaltsAfterKick(const Situation& s) {
  const bool may_pend = s.host.UsesIdleHlt() && Contains(s, ".together");
  return may_pend ? s.Between(0.4, 1) : 1;
}

Behaviour WithInjections(const Situation& s, double halts) {
  Behaviour b;
  b.event.irq_injections = Injections(s);
  b.event.halt_exits = halts;
  b.exits_are_told = false;
  return b;
}

// Memory, and pause-loop exits at most: those of ring 0 on VMX (SDM vol. 3C
// 26.1.3), of both rings on SVM. Where all share a CPU, the scheduler's doing.
Behaviour Polling(const Situation& s) {
  Behaviour b;
  b.exits_are_told = !Contains(s, ".together");
  const bool may_exit = s.host.IsHardware() && s.host.Has(kPauseLoopExits) &&
                        (s.host.IsSvm() || s.ring == 0);
  if (may_exit) b.event.exits = s.Between(0, 0.5);
  return b;
}

Behaviour Eoi(const Situation& s) {
  Behaviour b;
  if (s.host.IsHardware()) b.event.exits = EoiExits(s);
  // Its shadow has no entry for the window: a page fault, emulated.
  if (s.IsPvmRing3()) {
    b.event.exits = b.event.pf_taken = b.event.pf_emulate = 1;
  }
  b.instructions = IsXapic(s) ? 2 : 4;
  return b;
}

std::optional<Behaviour> Ipi(const Situation& s) {
  if (absl::StartsWith(s.name, "ipi/eoi.")) return Eoi(s);
  if (absl::StartsWith(s.name, "ipi/ple_")) return Polling(s);
  if (absl::StartsWith(s.name, "ipi/self.")) {
    const bool halts = absl::EndsWith(s.name, "_hlt");
    return WithInjections(s, halts ? HaltsWithPending(s) : 0);
  }
  if (absl::StartsWith(s.name, "ipi/broadcast.")) {
    Behaviour b = WithInjections(s, 2);
    b.event.irq_injections *= 2;
    return b;
  }
  if (absl::StartsWith(s.name, "ipi/halted.")) return WithInjections(s, 1);
  if (absl::StartsWith(s.name, "ipi/running.") ||
      absl::StartsWith(s.name, "ipi/pausing.")) {
    return WithInjections(s, 0);
  }
  return std::nullopt;
}

std::optional<Behaviour> Irq(const Situation& s) {
  if (s.name == "irq/kvm_interrupt") {
    // No local APIC in the kernel: always by injection.
    Behaviour b = WithInjections(s, 0);
    b.event.irq_injections = 1;
    return b;
  }
  if (s.name == "irq/irq_window") {
    // x86.c: vcpu_run, dm_request_for_irq_injection.
    Behaviour b;
    b.event.exits = b.event.irq_injections = b.event.request_irq_exits = 1;
    return b;
  }
  if (s.name == "irq/nmi") {
    // vmx.c: vmx_inject_nmi; svm.c: svm_inject_nmi, and svm_set_vnmi_pending,
    // which counts too.
    Behaviour b;
    b.event.exits = b.event.nmi_injections = 1;
    if (s.IsPvmRing3()) b.event.exits = 2;  // The handler's IRET.
    return b;
  }
  const bool halts = Contains(s, "irqfd_halted") || Contains(s, ".halted") ||
                     s.name == "irq/apic_timer" || s.name == "irq/pit";
  for (const char* prefix : {"irq/irqfd_", "irq/msi_ioctl", "irq/tsc_deadline_",
                             "irq/apic_timer", "irq/pit"}) {
    if (!absl::StartsWith(s.name, prefix)) continue;
    Behaviour b = WithInjections(s, halts);
    // virt/kvm/kvm_main.c: kvm_vcpu_halt; by halt_poll_ns and how soon.
    if (halts) b.event.halt_successful_poll = s.Between(0, 1);
    return b;
  }
  return std::nullopt;
}

std::optional<Behaviour> Calls(const Situation& s) {
  if (Contains(s, "/mailbox.") || Contains(s, "/shared_memory.")) {
    return Polling(s);
  }
  if (s.name == "upcall/inject" || s.name == "doorbell/pio" ||
      s.name == "doorbell/mmio" ||
      absl::StartsWith(s.name, "doorbell/ioeventfd.running.")) {
    return WithInjections(s, 0);
  }
  if (absl::StartsWith(s.name, "doorbell/ioeventfd.halted.")) {
    return WithInjections(s, HaltsAfterKick(s));
  }
  return std::nullopt;
}

}  // namespace

std::optional<Behaviour> InterruptBehaviour(const Situation& s) {
  if (absl::StartsWith(s.name, "ipi/")) return Ipi(s);
  if (absl::StartsWith(s.name, "irq/")) return Irq(s);
  if (absl::StartsWith(s.name, "upcall/") ||
      absl::StartsWith(s.name, "doorbell/")) {
    return Calls(s);
  }
  return std::nullopt;
}

}  // namespace exitbench
