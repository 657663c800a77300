// shadow/ and mem/memory_motion: what the guest does to its own page tables.
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

// x86.c: kvm_set_cr3 and kvm_invalidate_pcid, with a shadow.
Behaviour LoadCr3() {
  Behaviour b;
  b.event.exits = b.event.tlb_flush = 1;
  return b;
}

// Between events the guest reads CR3 and loads it, which exits each (svm.c:
// INTERCEPT_CR3_READ, vmx.c: CPU_BASED_CR3_STORE_EXITING). The load
// write-protects the table again (mmu/mmu.c: mmu_sync_children), so the store
// faults and makes it unsync (mmu_try_to_unsync_pages). An entry that names
// another page is dropped by the next sync (FNAME(sync_page), since 6.4
// FNAME(sync_spte)), and the touch faults.
Behaviour PteWrite(bool remaps) {
  Behaviour b = LoadCr3();
  b.event.exits += 1;
  b.control = b.event;
  const double faults = remaps ? 2 : 1;
  b.event.exits += faults;
  b.event.pf_taken = faults;
  b.event.pf_fixed = faults;
  return b;
}

// mmu/mmu.c: kvm_mmu_invlpg; the entry is synced at once, so the touch does not
// fault. The stores go to an unsync table.
Behaviour Invlpg() {
  Behaviour b;
  b.event.exits = b.event.invlpg = 1;
  return b;
}

// svm.c: pf_interception, vmx.c: handle_exception_nmi; x86.c:
// kvm_inject_page_fault.
Behaviour GuestFault() {
  Behaviour b;
  b.event.exits = b.event.pf_taken = b.event.pf_guest = 1;
  return b;
}

// Two loads of CR3; stores to three upper tables, which are emulated
// (mmu/paging_tmpl.h), and one to the lowest, which becomes unsync. What that
// maps is the same the next time round, if its shadow is still there; else the
// touches fault, 8 pages at a time (mmu/mmu.c: PTE_PREFETCH_NUM).
Behaviour Motion(const Situation& s) {
  Behaviour b;
  b.event.tlb_flush = s.Between(2, 8);
  b.event.pf_taken = s.Between(4, 20);
  b.event.exits = 2 + b.event.pf_taken;
  return b;
}

struct Rule {
  const char* name;
  Behaviour (*on_shadow)(const Situation&);
  int instructions;
};

constexpr Rule kRules[] = {
    {"shadow/pte_write_same", [](const Situation&) { return PteWrite(false); },
     1},
    {"shadow/pte_write_remap", [](const Situation&) { return PteWrite(true); },
     1},
    {"shadow/pte_toggle_invlpg", [](const Situation&) { return Invlpg(); }, 4},
    {"shadow/invlpg_touch", [](const Situation&) { return Invlpg(); }, 2},
    {"shadow/cr3_reload", [](const Situation&) { return LoadCr3(); }, 2},
    {"shadow/cr3_switch", [](const Situation&) { return LoadCr3(); }, 2},
    // The load, and three instructions of the handler.
    {"shadow/guest_page_fault", [](const Situation&) { return GuestFault(); },
     4},
    // 19, and bodies of 5, 4 and 4 over 64 pages.
    {"mem/memory_motion", Motion, 19 + 13 * 64},
};

// PVM's ring 0: the emulator does it all, and counts what it does to the
// shadow.
Behaviour InPvmRing0(const Behaviour& on_shadow) {
  Behaviour b;
  b.event.invlpg = on_shadow.event.invlpg;
  b.event.pf_guest = on_shadow.event.pf_guest;
  if (b.event.pf_guest > 0) b.event.exits = 1;  // Seen with Linux 6.18.
  return b;
}

}  // namespace

std::optional<Behaviour> ShadowBehaviour(const Situation& s) {
  for (const Rule& rule : kRules) {
    if (s.name != rule.name) continue;
    Behaviour b;
    if (s.host.IsHardwareShadow()) b = rule.on_shadow(s);
    if (s.IsPvmRing0()) b = InPvmRing0(rule.on_shadow(s));
    // A shadow's fault, and the IRET of a handler in emulated ring 0.
    if (s.IsPvmRing3()) {
      b = rule.on_shadow(s);
      b.event.exits += 1;
    }
    b.instructions = rule.instructions;
    return b;
  }
  return std::nullopt;
}

}  // namespace exitbench
