#include "tests/census/counters.h"

namespace exitbench {
namespace {

// guest.c: kvm_vcpu_stats_desc, and KVM_GENERIC_VCPU_STATS of linux/kvm_host.h.
constexpr SimulatedCounter kCounters[] = {
    {"exits", &Counts::exits, kHasStatistics},
    {"mmio_exit_user", &Counts::mmio_exit_user, kHasStatistics},
    {"mmio_exit_kernel", &Counts::mmio_exit_kernel, kHasStatistics},
    {"hvc_exit_stat", &Counts::hvc_exit_stat, kHasStatistics},
    {"wfi_exit_stat", &Counts::wfi_exit_stat, kHasStatistics},
    {"wfe_exit_stat", &Counts::wfe_exit_stat, kHasStatistics},
    {"signal_exits", &Counts::signal_exits, kHasStatistics},
    {"halt_successful_poll", &Counts::halt_successful_poll, kHasStatistics},
};

}  // namespace

absl::Span<const SimulatedCounter> SimulatedCounters() { return kCounters; }

}  // namespace exitbench
