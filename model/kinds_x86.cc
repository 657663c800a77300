// Kinds of x86-64. Statistics are those of kvm_vcpu_stats_desc in
// arch/x86/kvm/x86.c. Reasons have the kernel's names, first VMX's, then SVM's.
#include "model/kinds_x86.h"

namespace exitbench {
namespace {

using Count = std::optional<Estimate>;

// How often KVM_RUN returned: each time it puts the guest's FPU away.
Count UserspaceReturns(const Tally& t) { return t.Statistic("fpu_reload"); }

Count PioToUserspace(const Tally& t) {
  if (const Count seen = t.UserspaceReason("IO")) return seen;
  const Count returns = UserspaceReturns(t);
  if (!returns.has_value()) return std::nullopt;
  const Estimate others = t.Statistic("mmio_exits").value_or(Estimate()) +
                          t.Statistic("signal_exits").value_or(Estimate());
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

Count EmulatedInKvm(const Tally& t) {
  const Count all = t.Statistic("insn_emulation");
  if (!all.has_value() || t.emulates_to_skip()) return std::nullopt;
  if (!t.is_pvm()) {
    const Count mmio = t.Statistic("mmio_exits");
    return mmio.has_value() ? *all - *mmio : Count();
  }
  const Count returns = UserspaceReturns(t);
  return returns.has_value() ? *all - *returns : Count();
}

// With EPT these need no emulation. All else that is misconfigured does.
Count FastMmio(const Tally& t) {
  const Count all = t.Reasons({"EPT_MISCONFIG"});
  const Count emulated = t.Statistic("insn_emulation");
  if (!all.has_value() || !emulated.has_value()) return std::nullopt;
  return *all - *emulated;
}

Count PageTableWrites(const Tally& t) {
  return t.has_shadow() ? t.Statistic("mmu_pte_write") : Count();
}

Count GuestFaults(const Tally& t) {
  return t.has_shadow() ? t.Statistic("pf_guest") : Count();
}

template <const char* kName>
Count Of(const Tally& t) {
  return t.Statistic(kName);
}

constexpr char kMmio[] = "mmio_exits", kHalt[] = "halt_exits",
               kHypercall[] = "hypercalls", kWindow[] = "irq_window_exits",
               kIrq[] = "irq_exits", kSignal[] = "signal_exits",
               kNested[] = "nested_run", kFixed[] = "pf_fixed",
               kFast[] = "pf_fast", kSpurious[] = "pf_spurious",
               kInvlpg[] = "invlpg";

}  // namespace

const std::vector<Kind>& X86Kinds() {
  static const auto* kinds = new std::vector<Kind>{
      {"PIO to userspace",
       Part::kIo,
       Likeness::kSame,
       {"pio/out", "pio/in"},
       "",
       PioToUserspace},
      {"PIO in KVM",
       Part::kIo,
       Likeness::kSame,
       {"pio/ioeventfd", "pio/kernel_out", "pio/kernel_in"},
       "",
       PioInKvm},
      {"MMIO to userspace",
       Part::kIo,
       Likeness::kSame,
       {"mmio/read", "mmio/write"},
       "",
       Of<kMmio>},
      {"MMIO by ioeventfd",
       Part::kIo,
       Likeness::kSame,
       {"mmio/ioeventfd.any_length"},
       "",
       FastMmio},
      {"emulated in KVM",
       Part::kIo,
       Likeness::kNear,
       {"mmio/apic_read", "mmio/ioeventfd", "pio/ioeventfd"},
       "",
       EmulatedInKvm},
      {"HLT", Part::kCpu, Likeness::kNear, {"exit/hlt"}, "", Of<kHalt>},
      {"hypercalls",
       Part::kCpu,
       Likeness::kSame,
       {"hypercall/kernel"},
       "",
       Of<kHypercall>},
      {"interrupt windows",
       Part::kCpu,
       Likeness::kNear,
       {"cpu/cpuid"},
       "",
       Of<kWindow>},
      {"host interrupts",
       Part::kCpu,
       Likeness::kNear,
       {"cpu/cpuid"},
       "",
       Of<kIrq>},
      {"signals",
       Part::kCpu,
       Likeness::kNear,
       {"control/signal_exit"},
       "",
       Of<kSignal>},
      {"CPUID",
       Part::kCpu,
       Likeness::kSame,
       {"cpu/cpuid"},
       "",
       [](const Tally& t) {
         return t.Reasons({"CPUID", "cpuid"});
       }},
      {"MSR",
       Part::kCpu,
       Likeness::kNear,
       {"cpu/rdmsr_apic_base", "cpu/rdmsr_tsc_adjust", "cpu/wrmsr_tsc_adjust",
        "cpu/wrmsr_apic_base", "ipi/eoi.x2apic"},
       "",
       [](const Tally& t) {
         return t.Reasons({"MSR_READ", "MSR_WRITE", "msr"});
       }},
      {"control registers",
       Part::kCpu,
       Likeness::kNear,
       {"cpu/cr0_toggle_wp", "cpu/cr8_write.no_apic"},
       "",
       [](const Tally& t) {
         return t.Reasons({"CR_ACCESS", "read_cr0", "read_cr3", "read_cr4",
                           "read_cr8", "write_cr0", "write_cr3", "write_cr4",
                           "write_cr8", "cr0_sel_write"});
       }},
      {"debug registers",
       Part::kCpu,
       Likeness::kSame,
       {"cpu/dr7_write"},
       "",
       [](const Tally& t) {
         return t.Reasons({"DR_ACCESS", "read_dr0", "read_dr6", "read_dr7",
                           "write_dr0", "write_dr6", "write_dr7"});
       }},
      {"RDPMC",
       Part::kCpu,
       Likeness::kSame,
       {"cpu/rdpmc"},
       "",
       [](const Tally& t) {
         return t.Reasons({"RDPMC", "rdpmc"});
       }},
      {"WBINVD",
       Part::kCpu,
       Likeness::kSame,
       {"cpu/wbinvd"},
       "",
       [](const Tally& t) {
         return t.Reasons({"WBINVD", "wbinvd"});
       }},
      {"XSETBV",
       Part::kCpu,
       Likeness::kSame,
       {"cpu/xsetbv"},
       "",
       [](const Tally& t) {
         return t.Reasons({"XSETBV", "xsetbv"});
       }},
      {"PAUSE",
       Part::kCpu,
       Likeness::kNear,
       {"cpu/cpuid"},
       "",
       [](const Tally& t) {
         return t.Reasons({"PAUSE_INSTRUCTION", "pause"});
       }},
      {"timer of VMX",
       Part::kCpu,
       Likeness::kNear,
       {"cpu/cpuid"},
       "",
       [](const Tally& t) { return t.Reasons({"PREEMPTION_TIMER"}); }},
      {"APIC",
       Part::kCpu,
       Likeness::kNear,
       {"ipi/eoi.xapic", "ipi/eoi.x2apic"},
       "",
       [](const Tally& t) {
         return t.Reasons({"APIC_ACCESS", "APIC_WRITE", "EOI_INDUCED",
                           "TPR_BELOW_THRESHOLD", "avic_incomplete_ipi",
                           "avic_unaccelerated_access"});
       }},
      {"nested entries",
       Part::kCpu,
       Likeness::kNear,
       {"nested/svm.cpuid", "nested/vmx.cpuid"},
       "",
       Of<kNested>,
       false},
      {"pages mapped",
       Part::kMemory,
       Likeness::kSame,
       {"ept/violation_backed_read", "ept/violation_backed_write"},
       "ept/violation_unbacked_write",
       Of<kFixed>},
      {"fast page faults",
       Part::kMemory,
       Likeness::kNear,
       {"ept/write_protect_dirty_log", "ept/access_after_age_write"},
       "",
       Of<kFast>},
      {"spurious faults",
       Part::kMemory,
       Likeness::kNear,
       {"cpu/cpuid"},
       "",
       Of<kSpurious>},
      {"faults of the guest",
       Part::kMemory,
       Likeness::kSame,
       {"shadow/guest_page_fault"},
       "",
       GuestFaults},
      {"page-table writes",
       Part::kMemory,
       Likeness::kSame,
       {"shadow/pte_write_same", "shadow/pte_write_remap"},
       "",
       PageTableWrites},
      {"INVLPG",
       Part::kMemory,
       Likeness::kSame,
       {"cpu/invlpg"},
       "",
       Of<kInvlpg>},
  };
  return *kinds;
}

}  // namespace exitbench
