// What events of arm64 do. arm.c: kvm_arch_vcpu_ioctl_run, ++vcpu->stat.exits
// for each exit that code in EL2 does not answer by itself
// (hyp/include/hyp/switch.h: fixup_guest_exit).
#include "tests/census/behaviour.h"

#include "absl/strings/match.h"

namespace exitbench {
namespace {

Behaviour None(const Situation&) { return {}; }

Behaviour Exits(double exits) {
  Behaviour b;
  b.event.exits = exits;
  return b;
}

// sys_regs.c: kvm_handle_sys_reg. handle_exit.c: handle_smc counts nothing
// else.
Behaviour OneTrap(const Situation&) { return Exits(1); }

// handle_exit.c: handle_hvc, ++hvc_exit_stat.
Behaviour Hvc(const Situation&) {
  Behaviour b = Exits(1);
  b.event.hvc_exit_stat = 1;
  return b;
}

// mmio.c: io_mem_abort, ++mmio_exit_user.
Behaviour Mmio(const Situation&) {
  Behaviour b = Exits(1);
  b.event.mmio_exit_user = 1;
  return b;
}
Behaviour TwoDoorbells(const Situation&) {
  Behaviour b = Exits(2);
  b.event.mmio_exit_user = 2;
  return b;
}
Behaviour MmioOf16(const Situation&) {
  Behaviour b = Exits(16);
  b.event.mmio_exit_user = 16;
  return b;
}

// mmio.c: io_mem_abort, ++mmio_exit_kernel: kvm_io_bus_write or _read found a
// device.
Behaviour MmioInKernel(const Situation&) {
  Behaviour b = Exits(1);
  b.event.mmio_exit_kernel = 1;
  return b;
}

// virt/kvm/coalesced_mmio.c: 60 stores that the ring takes, and one that it
// does not.
Behaviour Coalesced(const Situation&) {
  Behaviour b = Exits(61);
  b.event.mmio_exit_user = 1;
  b.event.mmio_exit_kernel = 60;
  return b;
}

// A call to userspace, which sends an interrupt. Whether its arrival exits is
// the timing's doing.
Behaviour MmioThenInterrupt(const Situation& s) {
  Behaviour b = Mmio(s);
  b.exits_are_told = false;
  return b;
}
// The interrupt's handler reads GICD_TYPER.
Behaviour MmioThenGicdInHandler(const Situation& s) {
  Behaviour b = MmioThenInterrupt(s);
  b.event.mmio_exit_kernel = 1;
  return b;
}
Behaviour TwoMmiosThenInterrupt(const Situation&) {
  Behaviour b = Exits(2);
  b.event.mmio_exit_user = 2;
  b.exits_are_told = false;
  return b;
}

Behaviour Timing(const Situation&) {
  Behaviour b;
  b.exits_are_told = false;
  return b;
}

// vgic/vgic-mmio-v3.c: vgic_v3_dispatch_sgi, by the trap of ICC_SGI1R_EL1
// (HCR_EL2.IMO). A pending WFI traps or not (Arm ARM, HCR_EL2.TWI).
Behaviour SgiThenPendingWfi(const Situation& s) {
  Behaviour b = Exits(s.Between(1, 2));
  b.event.wfi_exit_stat = s.Between(0, 1);
  return b;
}

// psci.c: kvm_psci_vcpu_suspend, after an SGI to itself.
Behaviour SgiThenHvc(const Situation& s) {
  Behaviour b = Hvc(s);
  b.event.exits = 2;
  return b;
}

// handle_exit.c: kvm_handle_wfx, ++wfi_exit_stat; and the SGI. The two writes
// that hold the SGI back and let it go exit with Linux 7.2 and 7.3, and did not
// with 6.12; which kernel between brought that is not known.
Behaviour HeldBackWfi(const Situation& s) {
  constexpr KernelVersion kKnownNotTo = 612, kKnownTo = 702;
  Behaviour b = Exits(s.host.kernel <= kKnownNotTo ? 2
                      : s.host.kernel >= kKnownTo  ? 4
                                                   : s.Between(2, 4));
  b.event.wfi_exit_stat = 1;
  return b;
}

// arm.c: kvm_vcpu_should_clear_twe: trapped unless the task is alone on its
// CPU.
Behaviour Wfe(const Situation& s) {
  Behaviour b;
  b.event.exits = b.event.wfe_exit_stat = s.Between(0, 1);
  return b;
}

Behaviour WfiThatWaits(const Situation& s) {
  Behaviour b = Timing(s);
  b.event.wfi_exit_stat = 1;
  // virt/kvm/kvm_main.c: kvm_vcpu_halt; by halt_poll_ns and how soon.
  b.event.halt_successful_poll = s.Between(0, 1);
  return b;
}

// The interrupt may come before the WFI.
Behaviour WfiOrPending(const Situation& s) {
  Behaviour b = Timing(s);
  b.event.wfi_exit_stat = s.Between(0, 1);
  return b;
}

Behaviour Kick(const Situation& s) {
  Behaviour b = Timing(s);
  b.event.mmio_exit_kernel = 1;
  return b;
}
Behaviour KickThenWfi(const Situation& s) {
  Behaviour b = Kick(s);
  b.event.wfi_exit_stat = s.Between(0, 1);
  return b;
}

// Memory that the other polls. Where all share a CPU, the scheduler's doing.
Behaviour Polling(const Situation& s) {
  Behaviour b;
  b.exits_are_told = !absl::StrContains(s.name, ".together");
  return b;
}

// Guests have EL1's physical timer where the host's kernel is in EL2:
// arch_timer.c: timer_set_traps. Else hyp/nvhe/timer-sr.c: __timer_enable_traps
// clears CNTHCTL_EL2.EL1PCEN.
Behaviour PhysicalTimer(const Situation& s) {
  return Exits(s.host.runs == kBackendArmVhe ? 0 : 1);
}

// debug.c: the first access of a KVM_RUN has the guest own the registers.
Behaviour FirstOfBatch(const Situation&) {
  Behaviour b;
  b.exits_per_batch = 1;
  return b;
}

// mmu.c: kvm_handle_guest_abort, user_mem_abort.
Behaviour OneFault(const Situation&) { return Exits(1); }
// The batch's own pages are gone too (mmu.c: kvm_unmap_gfn_range,
// kvm_arch_flush_shadow_memslot).
Behaviour OneFaultAndOwnPages(const Situation& s) {
  Behaviour b = Exits(1);
  b.faults_per_batch = s.Between(0, 40);
  return b;
}

// hyp/pgtable.c: kvm_get_vtcr sets VTCR_EL2.HA where the processor has accessed
// bits; else mmu.c: handle_access_fault.
Behaviour Aged(const Situation& s) {
  return s.host.Has(kSecondLevelAccessed) ? Behaviour()
                                          : OneFaultAndOwnPages(s);
}

// The read's fault, and the write's once or twice: mmu.c: mmu_invalidate_retry.
Behaviour ZeroPageThenWrite(const Situation& s) {
  Behaviour b = Exits(s.Between(2, 3));
  b.control.exits = 1;
  return b;
}

// The unprotecting may invalidate the entry that the fault is about to make
// (mmu.c: mmu_invalidate_retry), so there is a second fault.
Behaviour UserfaultRetried(const Situation& s) {
  return Exits(s.Between(1, 2));
}

// virt/kvm/kvm_main.c: hva_to_pfn fails with -EFAULT, and the page is then
// mapped.
Behaviour ReadOnlyBacking(const Situation&) { return Exits(2); }

// linux/kvm_host.h: kvm_handle_signal_exit.
Behaviour Signal(const Situation&) {
  Behaviour b;
  b.event.signal_exits = 1;
  return b;
}

struct Rule {
  const char* name;  // One that ends with * is of all that begin so.
  Behaviour (*behaviour)(const Situation&);
};

// The first that fits. Host calls enter no guest, or are timed by their answer
// alone, and move nothing else.
constexpr Rule kRules[] = {
    {"control/signal_exit", Signal},
    {"control/*", None},
    {"noise/fixed_work", None},
    {"vm/*", None},
    {"slot/*", None},
    {"checkpoint/*", None},
    {"dirty/*", None},
    // Each window is many events, which the rows' own hooks count.
    {"scale/*", None},
    // A turn of a vCPU is a store to the doorbell. The counters are those of
    // the first VM.
    {"switch/threads.*", None},
    {"switch/vcpus.*", TwoDoorbells},
    {"switch/vcpu.one_thread", TwoDoorbells},
    {"switch/*", Mmio},

    {"mmio/string", MmioOf16},
    {"mmio/ioeventfd_miss", Mmio},
    {"mmio/ioeventfd*", MmioInKernel},
    {"mmio/coalesced", MmioInKernel},
    // KVM keeps no entries of such pages.
    {"mmio/first_access", Mmio},
    {"mmio/repeated_access", Mmio},
    {"mmio/readonly_memslot_write", Mmio},
    {"mmio/read*", Mmio},
    {"mmio/write*", Mmio},
    {"stream/mmio_word", Mmio},
    {"stream/coalesced_mmio_store", Coalesced},
    // A doorbell by ioeventfd each; more while the ring is full.
    {"stream/ring.*", Kick},

    {"hypercall/smc_*", OneTrap},
    {"hypercall/*", Hvc},
    {"psci/cpu_on_off.apart", Timing},
    {"psci/cpu_suspend", SgiThenHvc},
    {"psci/*", Hvc},

    {"sysreg/debug_first", OneTrap},
    {"sysreg/debug_again", FirstOfBatch},
    {"sysreg/sctlr_write", None},
    {"sysreg/ttbr0_write", None},
    {"sysreg/tlbi*", None},
    // hyp/include/hyp/switch.h: kvm_hyp_handle_fpsimd, in EL2.
    {"sysreg/fp_*", None},
    {"sysreg/*", OneTrap},

    {"gic/gicd_read", MmioInKernel},
    {"gic/gicd_write", MmioInKernel},
    {"gic/gicr_read", MmioInKernel},
    {"gic/its_read", MmioInKernel},
    {"gic/lpi_int", MmioInKernel},
    {"gic/sgi_send", OneTrap},
    // The SGI's. ICC_EOIR1_EL1 and ICC_PMR_EL1 are the processor's, or answered
    // in EL2 (hyp/vgic-v3-sr.c: __vgic_v3_perform_cpuif_access).
    {"gic/eoi", OneTrap},
    {"gic/eoi_spurious", None},
    {"gic/pmr_write", None},
    {"gic/spi_line", MmioThenInterrupt},
    {"gic/spi_irqfd", MmioThenInterrupt},
    {"gic/level_resample", MmioThenInterrupt},
    {"gic/level_resample.exit_between", MmioThenGicdInHandler},

    {"timer/cntp_*", PhysicalTimer},
    {"timer/cnt*", None},
    {"timer/deadline_past", Timing},
    {"timer/deadline_latency.spinning", Timing},
    {"timer/deadline_*", WfiThatWaits},

    // mmio.c: io_mem_abort, KVM_EXIT_ARM_NISV before either counter.
    {"exit/nisv_*", OneTrap},
    {"exit/external_abort", Mmio},
    {"exit/wfi_pending", SgiThenPendingWfi},
    {"exit/wfi", HeldBackWfi},
    {"exit/wfe", Wfe},
    {"exit/debug_*", OneTrap},
    {"exit/dirty_ring_full", OneTrap},
    {"exit/memory_fault", OneTrap},

    {"ept/violation", OneFaultAndOwnPages},
    {"ept/violation_*", OneFault},
    {"ept/after_memslot_delete_*", OneFaultAndOwnPages},
    {"ept/after_*", OneFault},
    {"ept/access_after_age_*", Aged},
    {"ept/zero_page_then_write", ZeroPageThenWrite},
    // hyp/pgtable.c: entries of stage 2 have no dirty bit that KVM uses.
    {"ept/write_protect_*", OneFault},
    {"ept/write_to_readonly_backing", ReadOnlyBacking},
    {"ept/userfault", OneFault},
    {"ept/userfault_copy.*", OneFault},
    {"ept/userfault_minor", OneFault},
    {"ept/userfault_minor_hugetlb", OneFault},
    {"ept/userfault_wp", UserfaultRetried},
    {"mem/cold", OneFault},
    {"mem/*", None},

    {"ipi/halted.*", WfiOrPending},
    {"ipi/broadcast.*", WfiOrPending},
    {"ipi/running.*", Timing},
    {"ipi/self.sgi.wfi", SgiThenPendingWfi},
    {"ipi/self.sgi.*", OneTrap},
    {"ipi/wfe_round_robin.*", Timing},
    {"irq/irqfd_running.*", Timing},
    {"irq/irqfd_halted.*", WfiThatWaits},
    {"irq/msi_ioctl", MmioThenInterrupt},
    {"upcall/inject", TwoMmiosThenInterrupt},
    {"upcall/mailbox.*", Polling},
    {"doorbell/shared_memory.*", Polling},
    {"doorbell/mmio", MmioThenInterrupt},
    {"doorbell/ioeventfd.running.*", Kick},
    {"doorbell/ioeventfd.halted.*", KickThenWfi},
};

bool Fits(absl::string_view rule, absl::string_view name) {
  if (!absl::EndsWith(rule, "*")) return rule == name;
  rule.remove_suffix(1);
  return absl::StartsWith(name, rule);
}

}  // namespace

std::optional<Behaviour> BehaviourOf(const Situation& s) {
  for (const Rule& rule : kRules) {
    if (Fits(rule.name, s.name)) return rule.behaviour(s);
  }
  return std::nullopt;
}

// Whatever the host's kernel and processor, a guest can execute each event.
const char* WhyImpossible(const Situation&) { return nullptr; }

}  // namespace exitbench
