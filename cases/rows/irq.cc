// irq/: interrupts from the host to vCPU 0, by each way that the host has, and
// from timers.
//
// `to_handler` is from just before the host's call to the handler's first
// instruction, `round_trip` from there until the host sees it done, `handler`
// the handler with its end of interrupt and its return. For timers `guest` is
// how late the handler's first instruction is.
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// After the guest's call: while the kernel still polls for the halted vCPU to
// be woken (halt_poll_ns is at most 200 us by default), and long after.
constexpr uint32_t kShortUs = 50;
constexpr uint32_t kLongUs = 1000;
constexpr uint32_t kMostSlow = 300;
constexpr uint32_t kMostTogether = 30;
// How far in the future timers are set: beyond what the kernel polls for.
constexpr uint32_t kTimerUs = 500;
constexpr uint64_t kPitHz = 1193182;

absl::Status PrepareIrqfd(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  return MakeIrqfd(machine);
}

absl::Status PrepareMsi(Machine& machine) {
  machine.parameters(0).args[0] = 1;
  return StartApics(machine, ApicMode::kX2apic);
}

absl::Status PrepareNoApic(Machine& machine) {
  machine.parameters(0).args[0] = 0;
  return absl::OkStatus();
}

absl::Status PrepareWindow(Machine& machine) {
  // Entered with interrupts on, the guest would let one in before its payload
  // has begun.
  constexpr uint64_t kInterruptFlag = 0x200;
  EB_ASSIGN_OR_RETURN(kvm_regs regs, machine.vcpu().GetRegs());
  regs.rflags &= ~kInterruptFlag;
  EB_RETURN_IF_ERROR(machine.vcpu().SetRegs(regs));
  machine.vcpu().run().request_interrupt_window = 1;
  return absl::OkStatus();
}

absl::Status PrepareDeadline(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  EB_RETURN_IF_ERROR(SetApicTimer(machine, kTimerDeadline));
  EB_ASSIGN_OR_RETURN(machine.parameters(0).args[0],
                      GuestTicks(machine, kTimerUs));
  return absl::OkStatus();
}

absl::Status PrepareOneShot(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  EB_RETURN_IF_ERROR(SetApicTimer(machine, kTimerOneShot));
  EB_ASSIGN_OR_RETURN(machine.parameters(0).args[0],
                      GuestTicks(machine, kTimerUs));
  // KVM's bus clock ticks once a nanosecond.
  machine.parameters(0).args[1] = uint64_t{kTimerUs} * 1000;
  return absl::OkStatus();
}

absl::Status PreparePit(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  EB_RETURN_IF_ERROR(RoutePit(machine));
  const uint64_t count = kPitHz * kTimerUs / 1000000;
  EB_ASSIGN_OR_RETURN(const uint64_t ticks_per_s, GuestTicks(machine, 1000000));
  machine.parameters(0).args[0] = count * ticks_per_s / kPitHz;
  machine.parameters(0).args[1] = count;
  return absl::OkStatus();
}

constexpr CounterClaim kOneNmi = {.counter = "nmi_injections", .or_none = true};
constexpr CounterClaim kOneWindow = {.counter = "request_irq_exits"};

#define EB_IRQFD_ROW(NAME, MEASURES, RINGS, BLOB, DELAY_US, PLACE, MOST, ...) \
  {                                                                           \
    .name = NAME, .measures = MEASURES, .rings = RINGS, .blob = &blobs::BLOB, \
    .shape = {.irqchip = true}, .claims = {__VA_ARGS__},                      \
    .needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD)}, .prepare = PrepareIrqfd, \
    .stamps_handler = true, .place = PLACE,                                   \
    .service = {.serve = ServeByIrqfd,                                        \
                .delay_us = DELAY_US,                                         \
                .acknowledged = true},                                        \
    .verify_batch = ExpectArrived, .verifies = kCountedByHandler,             \
    .max_events = MOST                                                        \
  }

#define EB_TIMER_ROW(NAME, MEASURES, BLOB, PREPARE, PIT, LATENESS, ...)        \
  {                                                                            \
    .name = NAME, .measures = MEASURES, .rings = kRing0, .blob = &blobs::BLOB, \
    .shape = {.irqchip = true, .pit = PIT}, .claims = {__VA_ARGS__},           \
    .needs = {kIrqchip, PIT ? EB_NEED_CAP(KVM_CAP_PIT2)                        \
                            : EB_NEED_CAP(KVM_CAP_TSC_DEADLINE_TIMER)},        \
    .prepare = PREPARE, .stamps_lateness = LATENESS,                           \
    .verify_batch = ExpectArrived, .verifies = kCountedByHandler,              \
    .max_events = kMostSlow                                                    \
  }

const Case kCases[] = {
    EB_IRQFD_ROW(
        "irq/irqfd_running.apart",
        "MSI by an irqfd, written on another CPU, to a vCPU that spins "
        "(KVM API 4.75)",
        kBothRings, irq_call_spin, 0, Place::kApart, kMostSlow, kOneInjection),
    EB_IRQFD_ROW("irq/irqfd_running.together",
                 "MSI by an irqfd, written on the same CPU, to a vCPU that "
                 "spins: with the host's switch to the writer and back (KVM "
                 "API 4.75)",
                 kBothRings, irq_call_spin, 0, Place::kTogether, kMostTogether,
                 kOneInjection),
    EB_IRQFD_ROW("irq/irqfd_halted.short.apart",
                 "MSI by an irqfd, written on another CPU 50 us after the "
                 "guest's call, to a vCPU that has halted: within what the "
                 "kernel polls for by default (KVM API 4.75)",
                 kRing0, irq_call_halt, kShortUs, Place::kApart, kMostSlow,
                 kOneInjection, kOneHalt, kPolledOrNot),
    EB_IRQFD_ROW("irq/irqfd_halted.long.apart",
                 "MSI by an irqfd, written on another CPU 1 ms after the "
                 "guest's call, to a vCPU that has halted: its thread sleeps "
                 "(KVM API 4.75)",
                 kRing0, irq_call_halt, kLongUs, Place::kApart, kMostSlow,
                 kOneInjection, kOneHalt, kPolledOrNot),
    EB_IRQFD_ROW("irq/irqfd_halted.short.together",
                 "MSI by an irqfd, written on the same CPU 50 us after the "
                 "guest's call, to a vCPU that has halted (KVM API 4.75)",
                 kRing0, irq_call_halt, kShortUs, Place::kTogether, kMostSlow,
                 kOneInjection, kOneHalt, kPolledOrNot),
    EB_IRQFD_ROW("irq/irqfd_halted.long.together",
                 "MSI by an irqfd, written on the same CPU 1 ms after the "
                 "guest's call, to a vCPU that has halted (KVM API 4.75)",
                 kRing0, irq_call_halt, kLongUs, Place::kTogether, kMostSlow,
                 kOneInjection, kOneHalt, kPolledOrNot),
    {.name = "irq/msi_ioctl",
     .measures = "KVM_SIGNAL_MSI between two KVM_RUNs, the guest having "
                 "interrupts on (KVM API 4.70)",
     .rings = kBothRings,
     .blob = &blobs::irq_exit,
     .shape = {.irqchip = true},
     .exit = PioOut(EB_EVENT_PORT, 1),
     .claims = {kOneInjection},
     .needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)},
     .prepare = PrepareMsi,
     .answer = InjectByMsi,
     .injects = true,
     .stamps_handler = true,
     .verify_batch = ExpectArrived,
     .max_events = kMostSlow},
    {.name = "irq/kvm_interrupt",
     .measures = "KVM_INTERRUPT between two KVM_RUNs, the interrupt "
                 "controllers being userspace's (KVM API 4.16)",
     .rings = kBothRings,
     .blob = &blobs::irq_exit,
     .exit = PioOut(EB_EVENT_PORT, 1),
     .claims = {kOneInjection},
     .prepare = PrepareNoApic,
     .answer = InjectByInterrupt,
     .injects = true,
     .stamps_handler = true,
     .verify_batch = ExpectArrived,
     .max_events = kMostSlow},
    {.name = "irq/irq_window",
     .measures = "KVM_INTERRUPT as soon as the guest lets interrupts in, which "
                 "KVM_EXIT_IRQ_WINDOW_OPEN tells (VMX exit 7, SVM "
                 "VMEXIT_VINTR; SDM 28.2, APM 15.21)",
     .rings = kRing0,
     .blob = &blobs::irq_window,
     .exit = ExitOf(KVM_EXIT_IRQ_WINDOW_OPEN),
     .claims = {kOneWindow},
     .prepare = PrepareWindow,
     .answer = InjectByInterrupt,
     .injects = true,
     .stamps_handler = true,
     .verify_batch = ExpectArrived,
     .max_events = kMostSlow},
    {.name = "irq/nmi",
     .measures = "KVM_NMI between two KVM_RUNs (KVM API 4.64)",
     .rings = kBothRings,
     .blob = &blobs::irq_exit,
     .exit = PioOut(EB_EVENT_PORT, 1),
     .claims = {kOneNmi},
     .needs = {EB_NEED_CAP(KVM_CAP_USER_NMI)},
     .prepare = PrepareNoApic,
     .answer = InjectNmi,
     .injects = true,
     .stamps_handler = true,
     .verify_batch = ExpectArrived,
     .max_events = kMostSlow},
    EB_TIMER_ROW("irq/tsc_deadline_immediate",
                 "a TSC deadline already past: WRMSR to the handler's first "
                 "instruction, spinning (SDM vol. 3A 11.5.4.1)",
                 deadline_immediate, PrepareDeadline, false, false,
                 kOneInjection),
    EB_TIMER_ROW("irq/tsc_deadline_latency.halted",
                 "how late the handler of the TSC deadline timer starts, the "
                 "guest being halted (SDM vol. 3A 11.5.4.1)",
                 timer_deadline_halt, PrepareDeadline, false, true,
                 kOneInjection, kOneHalt),
    EB_TIMER_ROW("irq/tsc_deadline_latency.spinning",
                 "how late the handler of the TSC deadline timer starts, the "
                 "guest spinning (SDM vol. 3A 11.5.4.1)",
                 timer_deadline_spin, PrepareDeadline, false, true,
                 kOneInjection),
    EB_TIMER_ROW("irq/apic_timer",
                 "how late the handler of the local APIC's timer, one-shot, "
                 "starts, the guest being halted (SDM vol. 3A 11.5.4)",
                 timer_one_shot, PrepareOneShot, false, true, kOneInjection,
                 kOneHalt),
    EB_TIMER_ROW("irq/pit",
                 "how late the handler of the PIT's counter 0, mode 0, starts, "
                 "the guest being halted (KVM API 4.71)",
                 timer_pit, PreparePit, true, true, kOneInjection, kOneHalt),
};

}  // namespace

absl::Span<const Case> IrqCases() { return kCases; }

}  // namespace exitbench
