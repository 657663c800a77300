// What holds for the rows of arm64.
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
      {"mmio",
       {"write", "read", "string", "ioeventfd", "ioeventfd_datamatch",
        "ioeventfd_miss", "coalesced", "readonly_memslot_write", "write.el0",
        "read.el0", "write.1byte", "write.2byte", "write.8byte", "read.1byte",
        "read.2byte", "read.8byte"}},
      {"hypercall",
       {"kernel", "user", "smccc_version", "smccc_version.no_gic",
        "smc_unknown", "smc_user", "trng_version", "trng_rnd",
        "pv_time_features"}},
      {"psci",
       {"version", "affinity_info", "cpu_on_off.apart", "cpu_suspend",
        "system_off", "system_reset", "system_suspend"}},
      {"sysreg",
       {"id_read", "id_read.no_gic", "actlr_read", "oslsr_read", "debug_first",
        "debug_again", "sctlr_write", "ttbr0_write", "tlbi", "tlbi_shared",
        "dc_set_way", "fp_first", "fp_again", "pmcr_read", "pmccntr_read",
        "pmselr_write", "pmcr_undefined"}},
      {"gic",
       {"gicd_read", "gicd_write", "gicr_read", "its_read", "sgi_send", "eoi",
        "eoi_spurious", "pmr_write", "spi_line", "spi_irqfd", "level_resample",
        "lpi_int"}},
      {"timer",
       {"cntvct_read", "cntpct_read", "cntv_ctl_read", "cntp_ctl_read",
        "cntp_cval_read", "deadline_past", "deadline_latency.wfi",
        "deadline_latency.spinning", "deadline_10ms.wfi"}},
      {"exit",
       {"nisv_load", "nisv_store", "external_abort", "wfi", "wfi_pending",
        "wfe", "debug_single_step", "debug_hw_breakpoint",
        "debug_sw_breakpoint", "dirty_ring_full"}},
      {"vm",
       {"create_vm", "create_vcpu", "memslot_add", "get_core_reg",
        "set_core_reg", "get_sys_reg", "set_sys_reg", "get_reg_list",
        "vcpu_init", "create_vgic", "vm_lifecycle"}},
      {"ept",
       {"violation_unbacked_read", "violation_backed_write",
        "after_discard_write", "write_to_readonly_backing",
        "zero_page_then_write", "userfault", "write_protect_dirty_log",
        "write_protect_dirty_ring"}},
      {"checkpoint", {"save", "restore", "copy_all.el0"}},
      {"ipi",
       {"halted.sgi.apart", "running.sgi.apart", "running.hardware_sgi.apart",
        "self.sgi.unmask", "self.sgi.wfi", "self.sgi.pmr",
        "wfe_round_robin.apart"}},
  };
  for (const auto& group : contract) {
    for (const char* name : group.cases) {
      EXPECT_TRUE(names.count(absl::StrCat(group.group, "/", name)))
          << group.group << "/" << name;
    }
  }
}

TEST(Describe, SaysWhatHappensOnEachBackend) {
  int described = 0;
  const auto expect = [&described](const CaseInstance& c, Backend backend,
                                   const char* text) {
    EXPECT_EQ(DescribeExpectation(c, backend, FeatureSet()), text) << c.name;
    ++described;
  };
  for (const CaseInstance& c : AllCases()) {
    if (c.name == "timer/cntp_ctl_read") {
      expect(c, kBackendArmVhe,
             "must not exit; proven by exits standing still");
      expect(c, kBackendArmNvhe,
             "exits, handled in the kernel; exits say how often");
      expect(c, kBackendArmPkvm,
             "exits, handled in the kernel; exits say how often");
    } else if (c.name == "gic/gicd_read") {
      expect(c, kBackendArmVhe,
             "exits, handled in the kernel; proven by exits, mmio_exit_kernel");
    } else if (c.name == "hypercall/user") {
      expect(c, kBackendArmVhe,
             "exits to userspace, KVM_EXIT_HYPERCALL; proven by its records, "
             "right answers counted in the guest, exits, hvc_exit_stat");
    }
  }
  EXPECT_EQ(described, 5);
}

}  // namespace
}  // namespace exitbench
