#include "tests/census/open_findings.h"

namespace exitbench {
namespace {

constexpr char kHiddenPvm[] = "kvm_pvm on Intel, /sys/module hidden";
constexpr char kTurin[] = "Turin (Zen 5), IDLE_HLT, avic=N, Linux 6.18";
constexpr char kTurinX2avic[] = "Turin (Zen 5), IDLE_HLT, x2AVIC, Linux 6.18";
constexpr char kPvmAmd[] = "kvm_pvm on AMD: UMIP, no CPUID faulting";
constexpr char kPvmOld[] = "kvm_pvm on a processor with neither";

constexpr char kNoHaltExit[] =
    "HLT does not exit with an interrupt pending: halt_exits is 0, or of some "
    "events";

const std::vector<const char*>& HaltsThatDoNotExit() {
  static const auto* const cases = new std::vector<const char*>{
      "ipi/self.x2apic.sti_hlt", "ipi/self.x2apic.tpr_sti_hlt",
      "ipi/self.xapic.sti_hlt", "ipi/self.xapic.tpr_sti_hlt",
      "doorbell/ioeventfd.halted.together"};
  return *cases;
}

}  // namespace

const std::vector<OpenFindings>& KnownOpen() {
  static const auto* const open = new std::vector<OpenFindings>{
      {kTurin, kNoHaltExit, HaltsThatDoNotExit()},
      {kTurinX2avic, kNoHaltExit, HaltsThatDoNotExit()},
      {kHiddenPvm,
       "limits do not apply to an unknown backend; ring 0 is emulated, and no "
       "load or store of it faults",
       {"ept/violation_unbacked_read", "ept/violation_unbacked_write",
        "ept/violation", "ept/violation_backed_read",
        "ept/violation_backed_write", "ept/after_discard_read",
        "ept/after_discard_write", "ept/after_memslot_delete_read",
        "ept/after_memslot_delete_write", "ept/after_mprotect_read",
        "ept/after_mprotect_write", "ept/zero_page_then_write",
        "ept/violation_2m_thp", "ept/violation_2m_hugetlb",
        "ept/write_to_readonly_backing", "ept/userfault", "mem/cold"}},
      {kHiddenPvm,
       "limits do not apply to an unknown backend; the event can't be made",
       {"hypercall/kernel", "hypercall/user", "cpu/int3", "exit/set_tpr",
        "exit/memory_fault"}},
  };
  return *open;
}

const std::vector<OpenFindings>& KnownUnexpected() {
  static const auto* const unexpected = new std::vector<OpenFindings>{
      {kPvmAmd, "CPUID is native in ring 3", {"cpu/cpuid.ring3"}},
      {kPvmOld,
       "native in ring 3",
       {"cpu/cpuid.ring3", "cpu/sgdt.ring3", "cpu/sidt.ring3", "cpu/sldt.ring3",
        "cpu/smsw.ring3"}},
      {"L1 without MSR bitmaps, Linux 6.1",
       "all MSRs exit",
       {"cpu/rdmsr_kernel_gs_base", "cpu/wrmsr_kernel_gs_base"}},
      {"EPYC (Zen 2), AVIC, Linux 6.1",
       "while AVIC is inhibited the load is run twice",
       {"mmio/apic_read", "mmio/apic_read.ring3"}},
  };
  return *unexpected;
}

}  // namespace exitbench
