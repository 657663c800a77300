// control/, cpu/, hypercall/ and noise/: instructions.
#include "tests/census/x86_64/groups.h"

namespace exitbench {
namespace {

double Never(const Situation&) { return 0; }
double Always(const Situation&) { return 1; }
double Twice(const Situation&) { return 2; }
double OnShadow(const Situation& s) { return s.host.IsHardwareShadow(); }
double OnVmx(const Situation& s) { return s.host.IsVmx(); }
double EitherWay(const Situation& s) { return s.Between(0, 1); }

// vmx.c: handle_rdpmc, by CPU_BASED_RDPMC_EXITING; svm.c: INTERCEPT_RDPMC. Not
// where the guest owns the counters (pmu.c: kvm_need_rdpmc_intercept).
double Rdpmc(const Situation& s) { return s.host.mediates_pmu ? 0 : 1; }

// kvm_cache_regs.h: WP is in KVM_POSSIBLE_CR0_GUEST_BITS since 6.3, which point
// releases of 6.1 have too; not with shadow paging (vmx_vcpu_create). svm.c:
// INTERCEPT_SELECTIVE_CR0.
double Cr0ToggleWp(const Situation& s) {
  if (s.host.runs != kBackendVmxEpt) return 1;
  if (s.host.kernel >= 603) return 0;
  return s.host.kernel >= 510 ? s.Between(0, 1) : 1;
}

// svm.c: init_vmcb, INTERCEPT_CR4_WRITE. vmx.c: set_cr4_guest_host_mask leaves
// PGE to the guest, but for X86_CR4_TLBFLUSH_BITS without EPT.
double Cr4TogglePge(const Situation& s) {
  return s.host.runs != kBackendVmxEpt;
}

// SDM vol. 3C 26.1.3: PLE is for CPL 0, an exit for each ple_window (4096
// cycles) of PAUSEs closer than ple_gap (128). svm.c: init_vmcb,
// pause_filter_count (3000) PAUSEs; off without it (svm_vm_init).
double Pause(const Situation& s) {
  if (!s.host.Has(kPauseLoopExits)) return 0;
  if (s.host.IsVmx()) return s.ring == 0 ? s.Between(0, 0.05) : 0;
  return s.Between(0, 1.0 / 3000);
}

// vmx.c: vmx_create_vcpu lets the MSR through, where there is a bitmap. svm.c:
// direct_access_msrs.
double KernelGsBase(const Situation& s) {
  return s.host.has_msr_bitmap ? 0 : 1;
}
double ExitsOrNotByBitmap(const Situation& s) {
  return s.host.has_msr_bitmap ? s.Between(0, 1) : 1;
}
// Passed through from the first write on (vmx.c, svm.c: MSR_IA32_PRED_CMD), or
// from the start (6.4).
double PredCmd(const Situation& s) { return s.host.has_msr_bitmap ? 0 : 1; }

// enable_vmware_backdoor has both look at #GP first (svm.c: init_vmcb, vmx.c:
// vmx_update_exception_bitmap).
double Gp(const Situation& s) { return s.Between(0, 1); }

// What user code may run natively and what faults there (pvm.c:
// handle_exit_exception, GP_VECTOR).
double IfCpuidFaults(const Situation& s) { return s.host.Has(kCpuidFaulting); }
double IfUmip(const Situation& s) { return s.host.Has(kUmip); }

struct Rule {
  const char* name;
  double (*on_hardware)(const Situation&);
  double (*in_pvm_ring3)(const Situation&);
  int instructions;
};

constexpr Rule kRules[] = {
    // Nothing that anybody intercepts.
    {"control/idle", Never, Never, 0},
    {"control/empty_loop", Never, Never, 65},
    {"control/nop", Never, Never, 1},
    {"noise/fixed_work", Never, Never, 2 * 16384},
    // SDM vol. 3C 26.1.2; svm.c: init_vmcb.
    {"cpu/cpuid", Always, IfCpuidFaults, 1},
    {"cpu/cpuid.leaf_1", Always, IfCpuidFaults, 1},
    {"cpu/cpuid.leaf_7", Always, IfCpuidFaults, 1},
    {"cpu/cpuid.leaf_b", Always, IfCpuidFaults, 1},
    {"cpu/cpuid.leaf_d", Always, IfCpuidFaults, 1},
    {"cpu/cpuid.leaf_40000000", Always, IfCpuidFaults, 1},
    {"cpu/cpuid.leaf_80000008", Always, IfCpuidFaults, 1},
    {"cpu/invd", Always, Never, 1},
    {"cpu/xsetbv", Always, Never, 1},
    // SDM vol. 3C 26.1.3 (SECONDARY_EXEC_WBINVD_EXITING); svm.c: init_vmcb.
    {"cpu/wbinvd", Always, Never, 1},
    // vmx.c: CPU_BASED_RDTSC_EXITING is not among the controls asked for;
    // svm.c:
    // init_vmcb has no INTERCEPT_RDTSC.
    {"cpu/rdtsc", Never, Never, 1},
    {"cpu/rdtscp", Never, Never, 1},
    {"cpu/rdpmc", Rdpmc, Never, 1},
    // vmx.c: SECONDARY_EXEC_DESC only while CR4.UMIP is emulated
    // (vmx_set_cr4); svm.c: init_vmcb has none of these intercepts.
    {"cpu/sgdt", Never, IfUmip, 1},
    {"cpu/sidt", Never, IfUmip, 1},
    {"cpu/sldt", Never, IfUmip, 1},
    {"cpu/lgdt", Never, Never, 1},
    {"cpu/lidt", Never, Never, 1},
    // Read shadow (SDM vol. 3C 26.3); svm.c: svm_set_cr0 clears
    // INTERCEPT_CR0_READ where the guest's CR0 is the real one.
    {"cpu/smsw", Never, IfUmip, 1},
    {"cpu/cr0_read", Never, Never, 1},
    {"cpu/pushf_popf", Never, Never, 2},
    {"cpu/cr0_toggle_wp", Cr0ToggleWp, Never, 1},
    {"cpu/cr3_load", OnShadow, Never, 1},
    {"cpu/cr4_toggle_pge", Cr4TogglePge, Never, 1},
    // The TPR shadow (SDM vol. 3C 30.1.2), V_TPR (APM vol. 2 15.21.1); svm.c:
    // svm_update_cr8_intercept clears the write's with nothing pending, and
    // avic.c: avic_activate_vmcb for AVIC.
    {"cpu/cr8_read", Never, Never, 1},
    {"cpu/cr8_write", Never, Never, 1},
    // Without a local APIC in the kernel there is no TPR shadow (vmx.c:
    // vmx_exec_control, cpu_need_tpr_shadow); svm.c: INTERCEPT_CR8_WRITE alone.
    {"cpu/cr8_read.no_apic", OnVmx, Never, 1},
    {"cpu/cr8_write.no_apic", Always, Never, 1},
    // vmx.c: handle_dr, svm.c: dr_interception; then KVM_DEBUGREG_WONT_EXIT
    // until the next exit (x86.c: vcpu_enter_guest).
    {"cpu/dr7_write", Never, Never, 1},
    {"cpu/invlpg", OnShadow, Never, 1},
    {"cpu/pause", Pause, Never, 1},
    {"cpu/rdmsr_kernel_gs_base", KernelGsBase, Never, 1},
    {"cpu/wrmsr_kernel_gs_base", KernelGsBase, Never, 1},
    // In no list of what is passed through (vmx.c:
    // vmx_possible_passthrough_msrs,
    // svm.c: direct_access_msrs).
    {"cpu/rdmsr_tsc_adjust", Always, Never, 1},
    {"cpu/wrmsr_tsc_adjust", Always, Never, 1},
    {"cpu/rdmsr_apic_base", Always, Never, 1},
    {"cpu/wrmsr_apic_base", Always, Never, 1},
    {"cpu/rdmsr_efer", Always, Never, 1},
    {"cpu/wrmsr_efer", Always, Never, 1},
    // Passed through by CPUID, by V_SPEC_CTRL, or after a write of no zero
    // (vmx.c: vmx_set_msr, svm.c: svm_set_msr).
    {"cpu/rdmsr_spec_ctrl", ExitsOrNotByBitmap, Never, 1},
    {"cpu/wrmsr_spec_ctrl", ExitsOrNotByBitmap, Never, 1},
    {"cpu/wrmsr_pred_cmd", PredCmd, Never, 1},
    {"cpu/rdmsr_tsx_ctrl", EitherWay, Never, 1},
    {"cpu/wrmsr_tsx_ctrl", EitherWay, Never, 1},
    // vmx.c: vmx_update_exception_bitmap has UD_VECTOR; svm.c: init_vmcb. PVM:
    // handle_exit_exception, and the IRET of a handler in emulated ring 0.
    {"cpu/ud2", Always, Twice, 0},
    {"cpu/int3", Never, Twice, 0},
    {"cpu/gp", Gp, Twice, 0},
    {"hypercall/kernel", Always, Never, 1},
};

void AddOtherCounters(const Situation& s, Behaviour& b) {
  Counts& e = b.event;
  if (s.name == "cpu/invlpg" && (e.exits > 0 || s.IsPvmRing0())) {
    e.invlpg = 1;  // mmu/mmu.c: kvm_mmu_invlpg.
  }
  if (s.name == "cpu/cr3_load" && e.exits > 0) {
    e.tlb_flush = 1;  // x86.c: kvm_invalidate_pcid, KVM_REQ_TLB_FLUSH_CURRENT.
  }
  if (s.name == "hypercall/kernel" && s.host.IsHardware()) {
    e.hypercalls = 1;  // x86.c: kvm_emulate_hypercall.
  }
  if (s.name == "cpu/dr7_write" && s.host.IsHardware()) {
    b.exits_per_batch = 1;
    b.exits_per_interrupt = 1;
  }
  // Seen with Linux 6.18: PVM's emulator leaves for these.
  for (const char* name : {"cpu/cr0_toggle_wp", "cpu/ud2", "cpu/gp"}) {
    if (s.IsPvmRing0() && s.name == name) e.exits = 1;
  }
  // Once, in the run or before it.
  if (s.name == "cpu/wrmsr_pred_cmd") b.exits_per_batch = 0.25;
}

}  // namespace

std::optional<Behaviour> CpuBehaviour(const Situation& s) {
  for (const Rule& rule : kRules) {
    if (s.name != rule.name) continue;
    Behaviour b;
    b.instructions = rule.instructions;
    if (s.host.IsHardware()) {
      b.event.exits = rule.on_hardware(s);
    } else if (s.ring == 3) {
      b.event.exits = rule.in_pvm_ring3(s);
    }
    AddOtherCounters(s, b);
    return b;
  }
  return std::nullopt;
}

}  // namespace exitbench
