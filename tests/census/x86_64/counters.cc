#include "tests/census/counters.h"

namespace exitbench {
namespace {

constexpr SimulatedCounter kCounters[] = {
    {"exits", &Counts::exits, kHasStatistics},
    {"io_exits", &Counts::io_exits, kHasStatistics},
    {"mmio_exits", &Counts::mmio_exits, kHasStatistics},
    {"hypercalls", &Counts::hypercalls, kHasStatistics},
    {"halt_exits", &Counts::halt_exits, kHasStatistics},
    {"halt_successful_poll", &Counts::halt_successful_poll, kHasStatistics},
    {"irq_injections", &Counts::irq_injections, kHasStatistics},
    {"nmi_injections", &Counts::nmi_injections, kHasStatistics},
    {"request_irq_exits", &Counts::request_irq_exits, kHasStatistics},
    {"directed_yield_attempted", &Counts::directed_yield_attempted,
     kHasStatistics},
    {"signal_exits", &Counts::signal_exits, kHasStatistics},
    {"insn_emulation", &Counts::insn_emulation, kHasStatistics},
    {"insn_emulation_fail", &Counts::insn_emulation_fail, kHasStatistics},
    {"invlpg", &Counts::invlpg, kHasStatistics},
    {"tlb_flush", &Counts::tlb_flush, kHasStatistics},
    {"irq_exits", &Counts::irq_exits, kHasStatistics},
    {"nested_run", &Counts::nested_run, kHasStatistics},
    {"pf_fixed", &Counts::pf_fixed, kHasStatistics},
    {"pf_guest", &Counts::pf_guest, kHasStatistics},
    {"pf_taken", &Counts::pf_taken, kCountsFaultsTaken},
    {"pf_emulate", &Counts::pf_emulate, kCountsFaultsTaken},
    {"pf_mmio_spte_created", &Counts::pf_mmio_spte_created, kCountsFaultsTaken},
};

}  // namespace

absl::Span<const SimulatedCounter> SimulatedCounters() { return kCounters; }

}  // namespace exitbench
