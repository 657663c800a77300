// nested/: the guest is a hypervisor with a guest of its own.
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

// svm/nested.c: nested_svm_exit_handled, nested_svm_vmrun; svm.c:
// svm_vcpu_run, nested_run. One exit of L2, and L1's VMRUN.
Behaviour TakenByL1() {
  Behaviour b;
  b.event.exits = 2;
  b.event.nested_run = 1;
  return b;
}

Behaviour HandledByL0() {
  Behaviour b;
  b.event.exits = 1;
  return b;
}

// An interrupt for L1. How often L1's letting it in exits is up to the
// processor. svm/nested.c: svm_check_nested_events; vmx/nested.c:
// vmx_check_nested_events. L1's local APIC is virtual on some processors.
Behaviour Interrupt(const Situation& s) {
  Behaviour b;
  b.event.nested_run = 1;
  b.event.irq_injections = s.Between(0, 1);
  b.exits_are_told = false;
  return b;
}

// L1's two stores to an entry of a table that L0 shadows: an entry into L2
// syncs the table and write-protects it again (mmu/mmu.c: mmu_sync_children,
// mmu_try_to_unsync_pages). The control never has it shadowed. Seen with Linux
// 6.1: one of the two faults with EPT, both with NPT.
double StoreFaults(const Situation& s) { return s.Between(1, 2); }

// svm/nested.c: nested_svm_inject_npf_exit; then mmu/paging_tmpl.h:
// FNAME(page_fault) of the shadow of L1's tables. L2's call between events is
// an exit and a VMRUN.
Behaviour NptFault(const Situation& s) {
  Behaviour b;
  b.control = TakenByL1().event;
  b.event.exits = b.control.exits + 3 + StoreFaults(s);
  b.event.nested_run = b.control.nested_run + 1;
  return b;
}

std::optional<Behaviour> Svm(const Situation& s, absl::string_view event) {
  for (const char* name : {"cpuid", "vmmcall", "out", "hlt"}) {
    if (event == name) return TakenByL1();
  }
  Behaviour b = HandledByL0();
  for (const char* name :
       {"cpuid.l0", "out.l0", "hlt.l0", "npt01_fault", "invlpga"}) {
    if (event == name) return b;
  }
  if (event == "npt12_fault") return NptFault(s);
  if (event == "irq") return Interrupt(s);
  // svm.c: init_vmcb clears INTERCEPT_VMLOAD and VMSAVE with vls, and
  // INTERCEPT_STGI and CLGI with vgif.
  const bool vmload = event == "vmload" || event == "vmsave";
  if (vmload || event == "stgi" || event == "clgi") {
    b.event.exits = s.host.Has(vmload ? kVirtualVmload : kVirtualGif) ? 0 : 1;
    return b;
  }
  return std::nullopt;
}

// vmx/nested.c: nested_vmx_reflect_vmexit, nested_vmx_run; vmx.c: vmx_vcpu_run,
// nested_run. What L1 reads and writes of the VMCS exits too, unless it is
// shadowed (vmx/vmcs_shadow_fields.h).
Behaviour ReflectedToL1(int accesses, const Situation& s) {
  Behaviour b = TakenByL1();
  if (!s.host.Has(kShadowVmcs)) b.event.exits += accesses;
  return b;
}

std::optional<Behaviour> Vmx(const Situation& s, absl::string_view event) {
  for (const char* name : {"cpuid", "vmcall", "out", "hlt"}) {
    if (event == name) return ReflectedToL1(4, s);
  }
  if (event == "cpuid.vmlaunch") {
    Behaviour b = ReflectedToL1(4, s);
    b.event.exits += 2;  // vmx/nested.c: handle_vmclear, handle_vmptrld.
    return b;
  }
  if (event == "ept12_fault") {
    // L2's call between events, and INVEPT; the fault, and L0's own.
    Behaviour b;
    b.control = ReflectedToL1(4, s).event;
    b.control.exits += 1;
    const Counts fault = ReflectedToL1(1, s).event;
    b.event.exits = b.control.exits + fault.exits + 1 + StoreFaults(s);
    b.event.nested_run = b.control.nested_run + fault.nested_run;
    return b;
  }
  if (event == "irq") return Interrupt(s);
  Behaviour b = HandledByL0();
  if (absl::EndsWith(event, ".shadowed")) {
    b.event.exits = s.host.Has(kShadowVmcs) ? 0 : 1;
    return b;
  }
  for (const char* name :
       {"out.l0", "hlt.l0", "ept01_fault", "vmread", "vmwrite", "vmptrld",
        "vmclear", "invept", "invvpid"}) {
    if (event == name) return b;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Behaviour> NestedBehaviour(const Situation& s) {
  absl::string_view event = s.name;
  if (absl::ConsumePrefix(&event, "nested/svm.")) return Svm(s, event);
  if (absl::ConsumePrefix(&event, "nested/vmx.")) return Vmx(s, event);
  return std::nullopt;
}

}  // namespace exitbench
