// ept/ and mem/: faults of the second level or of the shadow, and none.
#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

Behaviour Faults(double taken, double fixed) {
  Behaviour b;
  b.event.exits = b.event.pf_taken = taken;
  b.event.pf_fixed = fixed;
  return b;
}

// mmu/mmu_internal.h: kvm_mmu_do_page_fault, ++pf_taken and ++pf_fixed; before
// 5.19 mmu/mmu.c: __direct_map, FNAME(fetch), and mmu/tdp_mmu.c. VMX exit 48,
// VMEXIT_NPF, #PF with a shadow; PVM's ring 0 reads and writes by the emulator.
Behaviour OneFault(const Situation& s) {
  return s.IsPvmRing0() ? Behaviour() : Faults(1, 1);
}

// The batch's own pages are gone too (mmu/mmu.c: kvm_mmu_zap_all_fast; the aged
// cgroup is all of the process's memory).
Behaviour OneFaultAndOwnPages(const Situation& s) {
  Behaviour b = OneFault(s);
  if (b.event.exits > 0) b.faults_per_batch = s.Between(0, 40);
  return b;
}

// An entry that is there, but write-protected or access-tracked, is mended
// without the lock (mmu/mmu.c: fast_page_fault), which 5.14 does not count in
// pf_fixed. Shadows have no such path.
Behaviour FastFault(const Situation& s) {
  Behaviour b = OneFault(s);
  if (s.host.IsTwoDimensional() && s.host.kernel < kCountsFaultsTaken) {
    b.event.pf_fixed = 0;
  }
  return b;
}

// vmx.c: handle_pml_full, one exit for 512 pages; else entries are
// write-protected (mmu/mmu.c: kvm_arch_mmu_enable_log_dirty_pt_masked).
Behaviour DirtyTracked(const Situation& s) {
  if (!s.host.Has(kPml)) return FastFault(s);
  Behaviour b;
  b.event.exits = 1.0 / 512;
  return b;
}

// mmu/spte.h: an EPT entry without accessed bits is made inaccessible to be
// aged (mark_spte_for_access_track); all others lose a bit.
Behaviour Aged(const Situation& s) {
  const bool tracked =
      s.host.runs == kBackendVmxEpt && !s.host.Has(kSecondLevelAccessed);
  return tracked ? OneFaultAndOwnPages(s) : Behaviour();
}

// The copy of the zero page invalidates the entry that the fault is about to
// make (mmu/mmu.c: is_page_fault_stale): a second fault, or it is known in time
// (kvm_faultin_pfn looks beforehand).
Behaviour ZeroPageThenWrite(const Situation& s) {
  Behaviour b;
  if (s.IsPvmRing0()) return b;
  const double write_faults = s.Between(1, 2);
  b = Faults(1 + write_faults, 2);
  b.control = Faults(1, 1).event;  // The read's.
  return b;
}

// The read-only page fails with -EFAULT (virt/kvm/kvm_main.c: hva_to_pfn), and
// is then mapped.
Behaviour ReadOnlyBacking(const Situation& s) {
  return s.IsPvmRing0() ? Behaviour() : Faults(2, 1);
}

// The unprotecting invalidates the entry that the fault is about to make (Linux
// mm/mprotect.c: change_pmd_range; mmu/mmu.c: is_page_fault_stale), or it is
// known in time.
Behaviour UserfaultRetried(const Situation& s) {
  return s.IsPvmRing0() ? Behaviour() : Faults(s.Between(1, 2), 1);
}

// mmu/mmu.c: disallowed_hugepage_adjust. A load, in the control too, that maps
// 2 MiB, and the call's fault that maps the page of 4 KiB.
Behaviour NxSplit(const Situation& s) {
  Behaviour b = s.IsPvmRing0() ? Behaviour() : Faults(2, 2);
  if (!s.IsPvmRing0()) {
    b.control = Faults(1, 1).event;
    b.faults_per_batch = s.Between(0, 40);
  }
  return b;
}

// Mapped before the touch: x86.c, kvm_arch_vcpu_pre_fault_memory. No guest has
// faulted, so pf_taken stays.
Behaviour NoFault(const Situation&) { return Behaviour(); }

struct Rule {
  const char* name;
  Behaviour (*behaviour)(const Situation&);
};

constexpr Rule kRules[] = {
    {"ept/violation_unbacked_read", OneFault},
    {"ept/violation_unbacked_write", OneFault},
    {"ept/violation", OneFaultAndOwnPages},
    {"ept/violation_backed_read", OneFault},
    {"ept/violation_backed_write", OneFault},
    {"ept/after_discard_read", OneFault},
    {"ept/after_discard_write", OneFault},
    {"ept/after_memslot_delete_read", OneFaultAndOwnPages},
    {"ept/after_memslot_delete_write", OneFaultAndOwnPages},
    // mmu/mmu.c: kvm_unmap_gfn_range; nothing is left to be mended.
    {"ept/after_mprotect_read", OneFault},
    {"ept/after_mprotect_write", OneFault},
    {"ept/violation_2m_thp", OneFault},
    {"ept/violation_2m_hugetlb", OneFault},
    {"ept/userfault", OneFault},
    {"ept/userfault_copy.16", OneFault},
    {"ept/userfault_copy.512", OneFault},
    {"ept/userfault_minor", OneFault},
    {"ept/userfault_minor_hugetlb", OneFault},
    {"ept/userfault_wp", UserfaultRetried},
    {"ept/violation_backed_fetch", OneFault},
    {"ept/nx_huge_page_split", NxSplit},
    {"ept/pre_fault.1", NoFault},
    {"ept/pre_fault.16", NoFault},
    {"ept/pre_fault.512", NoFault},
    {"ept/pre_fault.2m_thp", NoFault},
    {"ept/after_pre_fault_write", NoFault},
    // Pages that the host lacks are not prefetched either (mmu/mmu.c:
    // direct_pte_prefetch_many takes what is there).
    {"mem/cold", OneFault},
    {"ept/zero_page_then_write", ZeroPageThenWrite},
    {"ept/access_after_age_read", Aged},
    {"ept/access_after_age_write", Aged},
    {"ept/write_protect_dirty_log", DirtyTracked},
    {"ept/write_protect_dirty_ring", DirtyTracked},
    {"ept/write_to_readonly_backing", ReadOnlyBacking},
};

}  // namespace

std::optional<Behaviour> MemoryBehaviour(const Situation& s) {
  for (const Rule& rule : kRules) {
    if (s.name == rule.name) return rule.behaviour(s);
  }
  // Memory that is mapped: nothing traps, whoever pages.
  for (const char* prefix : {"mem/hot", "mem/second_touch_", "mem/bandwidth_",
                             "mem/tlb_walk", "mem/set_page_tables"}) {
    if (absl::StartsWith(s.name, prefix)) return Behaviour();
  }
  return std::nullopt;
}

}  // namespace exitbench
