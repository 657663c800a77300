// Kinds of arm64. Statistics are those of kvm_vcpu_stats_desc in
// arch/arm64/kvm/guest.c. Reasons are the exception classes as the kernel names
// them.
#include "model/kinds_arm64.h"

namespace exitbench {
namespace {

using Count = std::optional<Estimate>;

template <const char* kName>
Count Of(const Tally& t) {
  return t.Statistic(kName);
}

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

constexpr char kMmioUser[] = "mmio_exit_user",
               kMmioKernel[] = "mmio_exit_kernel", kHvc[] = "hvc_exit_stat",
               kWfi[] = "wfi_exit_stat", kWfe[] = "wfe_exit_stat",
               kSignal[] = "signal_exits";

}  // namespace

const std::vector<Kind>& Arm64Kinds() {
  static const auto* kinds = new std::vector<Kind>{
      {"MMIO to userspace",
       Part::kIo,
       Likeness::kSame,
       {"mmio/read", "mmio/write"},
       "",
       Of<kMmioUser>},
      {"MMIO in KVM",
       Part::kIo,
       Likeness::kNear,
       {"mmio/ioeventfd", "gic/gicd_read", "gic/gicd_write"},
       "",
       Of<kMmioKernel>},
      {"WFI", Part::kCpu, Likeness::kNear, {"exit/wfi"}, "", Of<kWfi>},
      {"WFE", Part::kCpu, Likeness::kNear, {"exit/wfi"}, "", Of<kWfe>},
      {"hypercalls",
       Part::kCpu,
       Likeness::kSame,
       {"hypercall/kernel"},
       "",
       Of<kHvc>},
      {"signals",
       Part::kCpu,
       Likeness::kNear,
       {"control/signal_exit"},
       "",
       Of<kSignal>},
      {"host interrupts",
       Part::kCpu,
       Likeness::kNear,
       {"hypercall/kernel"},
       "",
       [](const Tally& t) { return t.Reasons({"IRQ"}); }},
      {"SMC",
       Part::kCpu,
       Likeness::kSame,
       {"hypercall/smc_unknown"},
       "",
       [](const Tally& t) { return t.Reasons({"SMC64"}); }},
      {"system registers",
       Part::kCpu,
       Likeness::kNear,
       {"sysreg/id_read", "sysreg/actlr_read", "gic/sgi_send"},
       "",
       [](const Tally& t) { return t.Reasons({"SYS64"}); }},
      {"FP and SIMD",
       Part::kCpu,
       Likeness::kSame,
       {"sysreg/fp_first"},
       "",
       [](const Tally& t) { return t.Reasons({"FP_ASIMD"}); }},
      {"stage-2 faults",
       Part::kMemory,
       Likeness::kSame,
       {"ept/violation_backed_read", "ept/violation_backed_write"},
       "ept/violation_unbacked_write",
       StageTwoFaults},
  };
  return *kinds;
}

}  // namespace exitbench
