// Kinds of x86-64. Statistics are those of kvm_vcpu_stats_desc in
// arch/x86/kvm/x86.c. Reasons have the kernel's names, first VMX's, then SVM's.
#include "model/kinds_x86.h"

namespace exitbench {
namespace {

using Count = std::optional<Estimate>;

// KVM_RUN returns for these three, most of all. The windows tell of others.
Count PioToUserspace(const Tally& t) {
  const Count returns = t.UserspaceReturns();
  if (!returns.has_value()) return std::nullopt;
  const Estimate others =
      t.Statistic("mmio_exits").value_or(Estimate()) +
      t.Statistic("signal_exits").value_or(Estimate()) +
      t.UserspaceReasonsBut({"KVM_EXIT_IO", "KVM_EXIT_MMIO", "KVM_EXIT_INTR"});
  const Estimate rest = *returns - others;
  // kvm_pvm counts no I/O instruction.
  const Count all = t.Statistic("io_exits");
  if (t.is_pvm() || !all.has_value()) return rest;
  return rest.count < all->count ? rest : *all;
}

Count PioInKvm(const Tally& t) {
  if (t.is_pvm()) return std::nullopt;
  const Count all = t.Statistic("io_exits");
  const Count to_userspace = PioToUserspace(t);
  if (!all.has_value() || !to_userspace.has_value()) return std::nullopt;
  return *all - *to_userspace;
}

// Faults that are emulated, but are no MMIO. mmu_pte_write counts each store
// that KVM emulates, of any kind, and many in one exit.
Count PageTableWrites(const Tally& t) {
  const Count emulated = t.Statistic("pf_emulate");
  const Count mmio = t.Statistic("mmio_exits");
  if (!t.has_shadow() || !emulated.has_value() || !mmio.has_value()) {
    return std::nullopt;
  }
  return *emulated - *mmio;
}

// On kvm_pvm one exit may emulate many instructions of the guest's kernel. What
// matters there are the exits that are nothing else. A HLT is one of them,
// which has a kind of its own.
Count EmulatedByPvm(const Tally& t) {
  const Count all = t.Statistic("insn_emulation");
  const Count exits = t.Statistic("exits");
  const Count returns = t.UserspaceReturns();
  if (!all.has_value() || !exits.has_value() || !returns.has_value()) {
    return std::nullopt;
  }
  const Estimate emulated = *all - *returns;
  const Estimate rest =
      *exits - (*returns + t.Statistic("irq_exits").value_or(Estimate()) +
                t.Statistic("halt_exits").value_or(Estimate()) +
                t.Statistic("pf_fixed").value_or(Estimate()) +
                PageTableWrites(t).value_or(Estimate()));
  return emulated.count < rest.count ? emulated : rest;
}

Count EmulatedInKvm(const Tally& t) {
  if (t.is_pvm()) return EmulatedByPvm(t);
  const Count all = t.Statistic("insn_emulation");
  const Count mmio = t.Statistic("mmio_exits");
  if (!all.has_value() || !mmio.has_value() || t.emulates_to_skip()) {
    return std::nullopt;
  }
  return *all - (*mmio + PageTableWrites(t).value_or(Estimate()));
}

// Writes that KVM takes at once, as those of ioeventfds: faults that map no
// page and need no emulation.
Count FastMmio(const Tally& t) {
  Count faults = t.Reasons({"EPT_MISCONFIG", "npf"});
  const Count fixed = t.Statistic("pf_taken");
  const Count emulated =
      t.Statistic(t.emulates_to_skip() ? "mmio_exits" : "insn_emulation");
  if (!faults.has_value() || !fixed.has_value() || !emulated.has_value()) {
    return std::nullopt;
  }
  // Misconfigurations are counted apart from faults, NPT's are not.
  if (t.is_svm()) faults = *faults - *fixed;
  return *faults - *emulated;
}

Count GuestFaults(const Tally& t) {
  return t.has_shadow() ? t.Statistic("pf_guest") : Count();
}

}  // namespace

const std::vector<Kind>& X86Kinds() {
  static const auto* kinds = new std::vector<Kind>{
      {.name = "PIO to userspace",
       .part = Part::kIo,
       .likeness = Likeness::kSame,
       .cases = {"pio/out", "pio/in"},
       .count = PioToUserspace},
      {.name = "PIO in KVM",
       .part = Part::kIo,
       .likeness = Likeness::kSame,
       .cases = {"pio/ioeventfd", "pio/kernel_out", "pio/kernel_in"},
       .count = PioInKvm},
      {.name = "MMIO to userspace",
       .part = Part::kIo,
       .likeness = Likeness::kSame,
       .cases = {"mmio/read", "mmio/write"},
       .statistic = "mmio_exits"},
      {.name = "MMIO by ioeventfd",
       .part = Part::kIo,
       .likeness = Likeness::kSame,
       .cases = {"mmio/ioeventfd", "mmio/ioeventfd.any_length"},
       .count = FastMmio},
      {.name = "emulated in KVM",
       .part = Part::kIo,
       .likeness = Likeness::kNear,
       .cases = {"mmio/apic_read", "mmio/ioeventfd", "pio/ioeventfd"},
       .count = EmulatedInKvm},
      {.name = "HLT",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"exit/hlt"},
       .statistic = "halt_exits",
       .reasons = {"HLT", "hlt", "idle-halt"}},
      {.name = "hypercalls",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"hypercall/kernel"},
       .statistic = "hypercalls",
       .reasons = {"VMCALL", "hypercall"}},
      {.name = "interrupt windows",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"cpu/cpuid"},
       .statistic = "irq_window_exits",
       .reasons = {"INTERRUPT_WINDOW", "vintr"}},
      {.name = "host interrupts",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"cpu/cpuid"},
       .statistic = "irq_exits",
       .reasons = {"EXTERNAL_INTERRUPT", "interrupt"}},
      {.name = "signals",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"control/signal_exit"},
       .statistic = "signal_exits"},
      {.name = "CPUID",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"cpu/cpuid"},
       .reasons = {"CPUID", "cpuid"}},
      {.name = "MSR",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"cpu/rdmsr_apic_base", "cpu/rdmsr_tsc_adjust",
                 "cpu/wrmsr_tsc_adjust", "cpu/wrmsr_apic_base",
                 "ipi/eoi.x2apic"},
       .reasons = {"MSR_READ", "MSR_WRITE", "msr"}},
      {.name = "control registers",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"cpu/cr0_toggle_wp", "cpu/cr8_write.no_apic"},
       .reasons = {"CR_ACCESS", "write_cr0", "write_cr3", "write_cr4",
                   "write_cr8", "cr0_sel_write"}},
      {.name = "debug registers",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"cpu/dr7_write"},
       .reasons = {"DR_ACCESS", "write_dr7"}},
      {.name = "RDPMC",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"cpu/rdpmc"},
       .reasons = {"RDPMC", "rdpmc"}},
      {.name = "WBINVD",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"cpu/wbinvd"},
       .reasons = {"WBINVD", "wbinvd"}},
      {.name = "XSETBV",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"cpu/xsetbv"},
       .reasons = {"XSETBV", "xsetbv"}},
      {.name = "PAUSE",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"cpu/cpuid"},
       .reasons = {"PAUSE_INSTRUCTION", "pause"}},
      {.name = "timer of VMX",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"cpu/cpuid"},
       .reasons = {"PREEMPTION_TIMER"}},
      {.name = "APIC",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"ipi/eoi.xapic", "ipi/eoi.x2apic"},
       .reasons = {"APIC_ACCESS", "APIC_WRITE", "EOI_INDUCED",
                   "TPR_BELOW_THRESHOLD", "avic_incomplete_ipi",
                   "avic_unaccelerated_access"}},
      {.name = "nested entries",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"nested/svm.cpuid", "nested/vmx.cpuid"},
       .statistic = "nested_run",
       .is_exit = false},
      {.name = "pages mapped",
       .part = Part::kMemory,
       .likeness = Likeness::kSame,
       .cases = {"ept/violation_backed_read", "ept/violation_backed_write"},
       .statistic = "pf_fixed",
       .at_most = "ept/violation_unbacked_write"},
      {.name = "fast page faults",
       .part = Part::kMemory,
       .likeness = Likeness::kNear,
       .cases = {"ept/write_protect_dirty_log", "ept/access_after_age_write"},
       .statistic = "pf_fast"},
      {.name = "spurious faults",
       .part = Part::kMemory,
       .likeness = Likeness::kNear,
       .cases = {"cpu/cpuid"},
       .statistic = "pf_spurious"},
      {.name = "faults of the guest",
       .part = Part::kMemory,
       .likeness = Likeness::kSame,
       .cases = {"shadow/guest_page_fault"},
       .count = GuestFaults},
      {.name = "page-table writes",
       .part = Part::kMemory,
       .likeness = Likeness::kSame,
       .cases = {"shadow/pte_write_same", "shadow/pte_write_remap"},
       .count = PageTableWrites},
      {.name = "INVLPG",
       .part = Part::kMemory,
       .likeness = Likeness::kSame,
       .cases = {"cpu/invlpg"},
       .statistic = "invlpg"},
  };
  return *kinds;
}

}  // namespace exitbench
