// Kinds of arm64. Statistics are those of kvm_vcpu_stats_desc in
// arch/arm64/kvm/guest.c. Reasons are the exception classes as the kernel names
// them.
#include "model/kinds_arm64.h"

namespace exitbench {
namespace {

using Count = std::optional<Estimate>;

// No statistic counts them. Aborts that are no MMIO are faults.
Count StageTwoFaults(const Tally& t) {
  const Count aborts = t.Reasons({"DABT_LOW", "IABT_LOW"});
  const Count user = t.Statistic("mmio_exit_user");
  const Count kernel = t.Statistic("mmio_exit_kernel");
  if (!aborts.has_value() || !user.has_value() || !kernel.has_value()) {
    return std::nullopt;
  }
  return *aborts - (*user + *kernel);
}

}  // namespace

const std::vector<Kind>& Arm64Kinds() {
  static const auto* kinds = new std::vector<Kind>{
      {.name = "MMIO to userspace",
       .part = Part::kIo,
       .likeness = Likeness::kSame,
       .cases = {"mmio/read", "mmio/write"},
       .statistic = "mmio_exit_user"},
      {.name = "MMIO in KVM",
       .part = Part::kIo,
       .likeness = Likeness::kNear,
       .cases = {"mmio/ioeventfd", "gic/gicd_read", "gic/gicd_write"},
       .statistic = "mmio_exit_kernel"},
      {.name = "WFI",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"exit/wfi"},
       .statistic = "wfi_exit_stat"},
      {.name = "WFE",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"exit/wfi"},
       .statistic = "wfe_exit_stat"},
      {.name = "hypercalls",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"hypercall/kernel"},
       .statistic = "hvc_exit_stat",
       .reasons = {"HVC64"}},
      {.name = "signals",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"control/signal_exit"},
       .statistic = "signal_exits"},
      {.name = "host interrupts",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"hypercall/kernel"},
       .reasons = {"IRQ"}},
      {.name = "SMC",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"hypercall/smc_unknown"},
       .reasons = {"SMC64"}},
      {.name = "system registers",
       .part = Part::kCpu,
       .likeness = Likeness::kNear,
       .cases = {"sysreg/id_read", "sysreg/actlr_read", "gic/sgi_send"},
       .reasons = {"SYS64"}},
      {.name = "FP and SIMD",
       .part = Part::kCpu,
       .likeness = Likeness::kSame,
       .cases = {"sysreg/fp_first"},
       .reasons = {"FP_ASIMD"}},
      {.name = "stage-2 faults",
       .part = Part::kMemory,
       .likeness = Likeness::kSame,
       .cases = {"ept/violation_backed_read", "ept/violation_backed_write"},
       .count = StageTwoFaults,
       .at_most = "ept/violation_unbacked_write"},
  };
  return *kinds;
}

}  // namespace exitbench
