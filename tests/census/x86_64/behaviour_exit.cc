// exit/ and hypercall/user: exits to userspace that are no I/O.
#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {

std::optional<Behaviour> UserspaceExitBehaviour(const Situation& s) {
  Behaviour b;
  Counts& e = b.event;
  e.exits = 1;
  b.instructions = 1;
  if (s.name == "hypercall/user") {
    // x86.c: kvm_emulate_hypercall, complete_hypercall_exit.
    e.hypercalls = s.host.IsHardware();
    return b;
  }
  if (!absl::StartsWith(s.name, "exit/")) return std::nullopt;
  if (s.name == "exit/hlt") {
    e.halt_exits = 1;  // x86.c: __kvm_emulate_halt, no local APIC.
    return b;
  }
  if (s.name == "exit/set_tpr") {
    // svm.c: cr8_write_interception, vmx.c: handle_cr; raising it ends in the
    // kernel.
    e.exits = 2;
    return b;
  }
  if (s.name == "exit/irq_window") {
    // x86.c: vcpu_run, dm_request_for_irq_injection.
    e.request_irq_exits = 1;
    return b;
  }
  if (s.name == "exit/emulation_failure") {
    // x86.c: handle_emulation_failure.
    e.insn_emulation = e.insn_emulation_fail = 1;
    if (s.IsPvmRing3()) e.pf_taken = e.pf_emulate = 1;
    return b;
  }
  if (s.name == "exit/memory_fault") {
    // mmu/mmu.c: kvm_mmu_faultin_pfn_gmem.
    e.pf_taken = 1;
    return b;
  }
  if (s.name == "exit/shutdown") {
    // PVM's emulator leaves for the exception first: seen with Linux 6.18.
    if (s.host.IsPvm()) e.exits = 2;
    return b;
  }
  for (const char* name :
       {"exit/msr_unknown_read", "exit/msr_unknown_write",
        "exit/msr_filtered_read", "exit/msr_filtered_write",
        "exit/debug_single_step", "exit/debug_hw_breakpoint",
        "exit/debug_sw_breakpoint", "exit/dirty_ring_full"}) {
    if (s.name == name) return b;
  }
  return std::nullopt;
}

}  // namespace exitbench
