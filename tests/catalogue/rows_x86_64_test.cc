// What holds for the rows of x86-64.
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cases/catalogue/catalogue.h"
#include "cases/catalogue/describe.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(Rows, NamesOfTheContractAreThere) {
  std::set<std::string> names;
  for (const CaseInstance& c : AllCases()) names.insert(c.name);
  const struct {
    const char* group;
    std::vector<const char*> cases;
  } contract[] = {
      {"control",
       {"idle", "empty_loop", "nop", "immediate_exit", "signal_exit",
        "ioctl_floor"}},
      {"pio",
       {"out", "in", "out_string", "in_string", "kernel_in", "kernel_out",
        "ioeventfd", "ioeventfd_datamatch", "ioeventfd_miss", "coalesced",
        "out.ring3", "in.ring3", "out.16bit", "out.32bit", "in.16bit",
        "in.32bit"}},
      {"mmio",
       {"write", "read", "string", "ioeventfd", "ioeventfd_datamatch",
        "ioeventfd_miss", "coalesced", "apic_read", "readonly_memslot_write",
        "first_access", "repeated_access", "write.1byte", "write.2byte",
        "write.8byte", "read.1byte", "read.2byte", "read.8byte"}},
      {"hypercall", {"kernel", "user"}},
      {"exit",
       {"hlt", "msr_unknown_read", "msr_unknown_write", "msr_filtered_read",
        "msr_filtered_write", "debug_single_step", "debug_hw_breakpoint",
        "debug_sw_breakpoint", "dirty_ring_full", "memory_fault", "set_tpr",
        "irq_window", "shutdown", "emulation_failure"}},
      {"cpu",
       {"cpuid",
        "cpuid.leaf_1",
        "cpuid.leaf_7.ring3",
        "cpuid.leaf_b",
        "cpuid.leaf_d",
        "cpuid.leaf_40000000",
        "cpuid.leaf_80000008",
        "rdtsc",
        "rdtscp",
        "rdpmc",
        "sgdt",
        "sidt",
        "sldt",
        "smsw",
        "pushf_popf",
        "lgdt",
        "lidt",
        "cr0_read",
        "cr0_toggle_wp",
        "cr3_load",
        "cr4_toggle_pge",
        "cr8_read",
        "cr8_write",
        "dr7_write",
        "invlpg",
        "wbinvd",
        "invd",
        "pause",
        "xsetbv",
        "rdmsr_kernel_gs_base",
        "wrmsr_kernel_gs_base",
        "rdmsr_tsc_adjust",
        "wrmsr_tsc_adjust",
        "rdmsr_apic_base",
        "wrmsr_apic_base",
        "rdmsr_efer",
        "wrmsr_efer",
        "rdmsr_spec_ctrl",
        "wrmsr_spec_ctrl",
        "wrmsr_pred_cmd",
        "rdmsr_tsx_ctrl",
        "wrmsr_tsx_ctrl",
        "ud2",
        "int3",
        "gp"}},
      {"vm",
       {"create_vm", "create_vcpu", "memslot_add", "memslot_move",
        "memslot_delete", "get_regs", "set_regs", "get_sregs", "set_sregs",
        "sync_regs", "get_xsave", "vm_lifecycle"}},
      {"ept",
       {"violation_unbacked_read", "violation_unbacked_write",
        "violation_backed_read", "violation_backed_write", "violation_2m_thp",
        "violation_2m_hugetlb", "after_discard_write",
        "after_memslot_delete_write", "after_mprotect_write",
        "write_to_readonly_backing", "zero_page_then_write", "userfault",
        "write_protect_dirty_log", "write_protect_dirty_ring"}},
      {"mem",
       {"hot", "cold", "set_page_tables", "tlb_walk.ring3",
        "bandwidth_read.ring3", "bandwidth_write.ring3", "bandwidth_copy.ring3",
        "memory_motion"}},
      {"shadow",
       {"pte_write_same", "pte_write_remap", "pte_toggle_invlpg", "cr3_switch",
        "cr3_reload", "invlpg_touch", "guest_page_fault"}},
      {"dirty",
       {"log_get_10.ring3", "log_get_100.ring3", "log_get_1000.ring3",
        "log_clear_100.ring3", "ring_harvest_100.ring3"}},
      {"nested",
       {"svm.cpuid",
        "svm.vmmcall",
        "svm.out",
        "svm.hlt",
        "svm.cpuid.l0",
        "svm.out.l0",
        "svm.hlt.l0",
        "svm.npt12_fault",
        "svm.npt01_fault",
        "svm.irq",
        "svm.vmload",
        "svm.vmsave",
        "svm.stgi",
        "svm.clgi",
        "svm.invlpga",
        "vmx.cpuid",
        "vmx.vmcall",
        "vmx.out",
        "vmx.hlt",
        "vmx.cpuid.vmlaunch",
        "vmx.out.l0",
        "vmx.hlt.l0",
        "vmx.ept12_fault",
        "vmx.ept01_fault",
        "vmx.irq",
        "vmx.vmread",
        "vmx.vmread.shadowed",
        "vmx.vmwrite",
        "vmx.vmwrite.shadowed",
        "vmx.vmptrld",
        "vmx.vmclear",
        "vmx.invept",
        "vmx.invvpid"}},
      {"checkpoint",
       {"save", "restore", "copy_dirty_1pct.ring3", "copy_dirty_10pct.ring3",
        "copy_dirty_50pct.ring3", "copy_all.ring3"}},
  };
  for (const auto& group : contract) {
    for (const char* name : group.cases) {
      EXPECT_TRUE(names.count(absl::StrCat(group.group, "/", name)))
          << group.group << "/" << name;
    }
  }
}

TEST(Describe, SaysWhatFeaturesMakeOfIt) {
  for (const CaseInstance& c : AllCases()) {
    if (c.name != "cpu/cpuid.ring3") continue;
    EXPECT_EQ(DescribeExpectation(c, kBackendPvm, {.present = kCpuidFaulting}),
              "exits, handled in the kernel; proven by exits");
    EXPECT_EQ(DescribeExpectation(c, kBackendPvm, FeatureSet()),
              "does not exit; proven by exits");
  }
}

TEST(Describe, SaysWhatHappensOnEachBackend) {
  for (const CaseInstance& c : AllCases()) {
    if (c.name == "cpu/cr3_load") {
      EXPECT_EQ(DescribeExpectation(c, kBackendVmxEpt, FeatureSet()),
                "must not exit; proven by exits standing still");
      EXPECT_EQ(DescribeExpectation(c, kBackendSvmShadow, FeatureSet()),
                "exits, handled in the kernel; proven by exits, tlb_flush");
      EXPECT_EQ(DescribeExpectation(c, kBackendPvm, FeatureSet()),
                "emulated, without an exit of its own; proven by "
                "insn_emulation");
    } else if (c.name == "pio/out") {
      EXPECT_EQ(DescribeExpectation(c, kBackendSvmNpt, FeatureSet()),
                "exits to userspace, KVM_EXIT_IO; proven by its records, "
                "exits, io_exits");
    } else if (c.name == "pio/coalesced") {
      EXPECT_EQ(DescribeNeeds(c), "KVM_CAP_COALESCED_PIO");
    } else if (c.name == "cpu/gp") {
      EXPECT_EQ(DescribeExpectation(c, kBackendVmxEpt, FeatureSet()),
                "exits or not; proven by runs of the guest's handler counted, "
                "exits");
    }
  }
}

}  // namespace
}  // namespace exitbench
