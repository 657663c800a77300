// pio/, mmio/, stream/: port I/O and memory-mapped I/O.
#include "absl/strings/match.h"
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

template <size_t n>
bool IsAnyOf(absl::string_view name, const char* const (&names)[n]) {
  for (const char* one : names) {
    if (name == one) return true;
  }
  return false;
}

// vmx.c: handle_io, svm.c: io_interception, each with ++io_exits. PVM: #GP by
// the TSS's bitmap, emulated (pvm.c: handle_exit_exception).
Behaviour PortToUserspace(const Situation& s, double exits) {
  Behaviour b;
  b.event.exits = exits;
  if (s.host.IsHardware()) b.event.io_exits = exits;
  b.instructions = 1;
  return b;
}

Behaviour PortInKernel(const Situation& s) {
  Behaviour b = PortToUserspace(s, 1);
  if (s.IsPvmRing0()) b.event.exits = 0;
  return b;
}

// x86.c: x86_emulate_instruction, ++mmio_exits. With an entry that marks the
// page, the fault is known for MMIO at once (mmu/mmu.c:
// handle_mmio_page_fault); without, or by PVM's shadow, it is a page fault
// first.
Behaviour MmioToUserspace(const Situation& s, double exits) {
  Behaviour b;
  b.event.exits = b.event.mmio_exits = b.event.insn_emulation = exits;
  const bool has_entry = s.host.IsHardware() && s.host.Has(kMmioCaching);
  if (!s.IsPvmRing0() && !has_entry) {
    b.event.pf_taken = b.event.pf_emulate = exits;
  }
  b.instructions = 1;
  return b;
}

// eventfd.c: ioeventfd_write, coalesced_mmio.c: coalesced_mmio_write. For an
// eventfd of any length VMX looks at the address alone, if it is EPT's
// misconfiguration that tells of it (vmx.c: handle_ept_misconfig).
Behaviour MmioInKernel(const Situation& s) {
  Behaviour b = MmioToUserspace(s, 1);
  b.event.mmio_exits = 0;
  if (s.IsPvmRing0()) b.event.exits = 0;
  if (s.name == "mmio/ioeventfd.any_length" && s.host.runs == kBackendVmxEpt &&
      s.host.Has(kMmioCaching)) {
    b.event.insn_emulation = 0;
  }
  return b;
}

// mmu/mmu.c: kvm_faultin_pfn of 5.16 and later goes straight to the emulator
// for an APIC access page that nothing virtualizes; x86.c: retry_instruction,
// up to 6.11, then has a load run once more. Only VMX has such a page without
// APICv (vmx.c: cpu_need_virtualize_apic_accesses); SVM's is AVIC's, which may
// be inhibited. Else VMX exit 44, VMEXIT_NPF or AVIC_NOACCEL, once.
double ApicReadExits(const Situation& s) {
  const bool retries = s.host.kernel >= 516 && s.host.kernel <= 611;
  if (!retries) return 1;
  if (s.host.IsVmx() && s.host.virtualizes_apic_accesses) {
    return s.host.Has(kApicv) ? s.Between(1, 2) : 2;
  }
  if (s.host.IsSvm() && s.host.Has(kAvic)) return s.Between(1, 2);
  return 1;
}

Behaviour ApicRead(const Situation& s) {
  Behaviour b;
  b.event.exits = s.IsPvmRing0() ? 0 : s.host.IsPvm() ? 1 : ApicReadExits(s);
  b.event.insn_emulation = b.event.exits;
  // Its shadow has no entry for the window.
  if (s.IsPvmRing3()) b.event.pf_taken = b.event.pf_emulate = 1;
  b.instructions = 1;
  return b;
}

// mmu/mmu.c: kvm_handle_error_pfn, KVM_PFN_ERR_RO_FAULT: no entry is made. A
// MOV may be meant for a page table, so nothing is retried.
Behaviour ReadOnlySlotWrite(const Situation& s) {
  Behaviour b;
  b.event.exits = b.event.mmio_exits = b.event.insn_emulation = 1;
  if (!s.IsPvmRing0()) b.event.pf_taken = b.event.pf_emulate = 1;
  return b;
}

// mmu/mmu.c: mmu_set_spte, mmu/tdp_mmu.c: tdp_mmu_map_handle_target_level; none
// where the masks leave no bit (kvm_handle_noslot_fault). PVM makes none.
Behaviour FirstAccess(const Situation& s) {
  Behaviour b = MmioToUserspace(s, 1);
  b.event.pf_taken = b.event.pf_emulate = 1;
  b.event.pf_mmio_spte_created =
      s.host.IsHardware() && s.host.Has(kMmioCaching);
  // Taking a slot away drops the batch's own pages too (mmu/mmu.c:
  // kvm_mmu_zap_all_fast).
  b.faults_per_batch = s.Between(0, 16);
  return b;
}

constexpr const char* kPortsToUserspace[] = {
    "pio/out",      "pio/out.16bit", "pio/out.32bit",      "pio/in",
    "pio/in.16bit", "pio/in.32bit",  "pio/ioeventfd_miss", "stream/pio_byte"};
constexpr const char* kPortsInKernel[] = {
    "pio/kernel_in", "pio/kernel_in.pit",       "pio/kernel_out",
    "pio/ioeventfd", "pio/ioeventfd_datamatch", "pio/coalesced"};
constexpr const char* kMmioToUserspace[] = {
    "mmio/write",           "mmio/write.1byte", "mmio/write.2byte",
    "mmio/write.8byte",     "mmio/read",        "mmio/read.1byte",
    "mmio/read.2byte",      "mmio/read.8byte",  "mmio/ioeventfd_miss",
    "mmio/repeated_access", "stream/mmio_word"};
constexpr const char* kMmioInKernel[] = {
    "mmio/ioeventfd", "mmio/ioeventfd.any_length", "mmio/ioeventfd_datamatch",
    "mmio/coalesced"};

}  // namespace

std::optional<Behaviour> IoBehaviour(const Situation& s) {
  if (IsAnyOf(s.name, kPortsToUserspace)) return PortToUserspace(s, 1);
  if (IsAnyOf(s.name, kPortsInKernel)) return PortInKernel(s);
  if (IsAnyOf(s.name, kMmioToUserspace)) return MmioToUserspace(s, 1);
  if (IsAnyOf(s.name, kMmioInKernel)) return MmioInKernel(s);
  // emulate.c: REP OUTS goes to userspace by element, REP INS reads ahead
  // (emulator_pio_in_out, pio_in_emulated).
  if (s.name == "pio/out_string") return PortToUserspace(s, 26);
  if (s.name == "pio/in_string") {
    return PortToUserspace(s, s.host.IsHardware() ? 2 : 1);
  }
  if (s.name == "stream/pio_string") return PortToUserspace(s, 256);
  if (s.name == "mmio/string") return MmioToUserspace(s, 16);
  if (s.name == "mmio/apic_read") return ApicRead(s);
  if (s.name == "mmio/readonly_memslot_write") return ReadOnlySlotWrite(s);
  if (s.name == "mmio/first_access") return FirstAccess(s);
  if (s.name == "stream/coalesced_mmio") {
    Behaviour b = PortToUserspace(s, 1);
    if (!s.IsPvmRing0()) b.event.exits += 60;
    return b;
  }
  // A doorbell by ioeventfd each; more while the ring is full.
  if (absl::StartsWith(s.name, "stream/ring.")) {
    Behaviour b = MmioInKernel(s);
    b.exits_are_told = false;
    return b;
  }
  return std::nullopt;
}

}  // namespace exitbench
