// irq/: interrupts to vCPU 0, from the host by each of its ways, and from
// timers.
//
// `to_handler` begins just before the host's call and ends at the handler's
// first instruction. `round_trip` begins there too and ends when the host sees
// that the handler has run. `handler` is the handler with its end of interrupt
// and its return. For timers `guest` is how late the handler's first
// instruction is.
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

// How long the thread waits after the guest's call. The kernel polls for a
// halted vCPU for at most 200 us by default (halt_poll_ns): the short delay is
// within that, the long one beyond.
constexpr uint32_t kShortUs = 50;
constexpr uint32_t kLongUs = 1000;
constexpr uint32_t kMostSlow = 300;
constexpr uint32_t kMostTogether = 30;
// How far in the future timers are set. It is beyond what the kernel polls for.
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
  // With interrupts on, the guest would let one in before its payload begins.
  constexpr uint64_t kInterruptFlag = 0x200;
  EB_ASSIGN_OR_RETURN(kvm_regs regs, GetRegs(machine.vcpu()));
  regs.rflags &= ~kInterruptFlag;
  EB_RETURN_IF_ERROR(SetRegs(machine.vcpu(), regs));
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

// A thread of the host's writes to an irqfd for each call of the guest's.
struct Irqfd {
  absl::string_view name;
  absl::string_view measures;
  uint32_t modes = kKernelMode;
  const GuestBlob* blob = nullptr;
  uint32_t delay_us = 0;
  Place place = Place::kNowhere;
  Claims claims;
  uint32_t max_events = 0;
};

constexpr Case ByIrqfd(const Irqfd& irqfd) {
  return {.name = irqfd.name,
          .measures = irqfd.measures,
          .modes = irqfd.modes,
          .blob = irqfd.blob,
          .shape = {.irqchip = true},
          .expect = {.claims = irqfd.claims, .verifies = kCountedByHandler},
          .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD)}},
          .prepare = PrepareIrqfd,
          .verify_batch = ExpectArrived,
          .stamps = Stamps::kHandler,
          .place = irqfd.place,
          .service = {.serve = ServeByIrqfd,
                      .delay_us = irqfd.delay_us,
                      .acknowledged = true},
          .size = {.max_events = irqfd.max_events}};
}

// A timer in the kernel that the guest sets for each event.
struct Timer {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  bool is_pit = false;  // Otherwise the local APIC's.
  absl::Status (*prepare)(Machine&) = nullptr;
  Stamps stamps = Stamps::kAroundEvent;
  Claims claims;
};

constexpr Case ByTimer(const Timer& timer) {
  return {.name = timer.name,
          .measures = timer.measures,
          .modes = kKernelMode,
          .blob = timer.blob,
          .shape = {.irqchip = true, .pit = timer.is_pit},
          .expect = {.claims = timer.claims, .verifies = kCountedByHandler},
          .host = {.needs = {kIrqchip,
                             timer.is_pit
                                 ? EB_NEED_CAP(KVM_CAP_PIT2)
                                 : EB_NEED_CAP(KVM_CAP_TSC_DEADLINE_TIMER)}},
          .prepare = timer.prepare,
          .verify_batch = ExpectArrived,
          .stamps = timer.stamps,
          .size = {.max_events = kMostSlow}};
}

constexpr Case kCases[] = {
    ByIrqfd(
        {.name = "irq/irqfd_running.apart",
         .measures =
             "MSI by an irqfd, written on another CPU, to a vCPU that spins "
             "(KVM API 4.75)",
         .modes = kBothModes,
         .blob = &blobs::irq_call_spin,
         .place = Place::kApart,
         .claims = {kOneInjection},
         .max_events = kMostSlow}),
    ByIrqfd({.name = "irq/irqfd_running.together",
             .measures =
                 "MSI by an irqfd, written on the same CPU, to a vCPU that "
                 "spins: with the host's switch to the writer and back (KVM "
                 "API 4.75)",
             .modes = kBothModes,
             .blob = &blobs::irq_call_spin,
             .place = Place::kTogether,
             .claims = {kOneInjection},
             .max_events = kMostTogether}),
    ByIrqfd({.name = "irq/irqfd_halted.short.apart",
             .measures =
                 "MSI by an irqfd, written on another CPU 50 us after the "
                 "guest's call, to a vCPU that has halted: within what the "
                 "kernel polls for by default (KVM API 4.75)",
             .modes = kKernelMode,
             .blob = &blobs::irq_call_halt,
             .delay_us = kShortUs,
             .place = Place::kApart,
             .claims = {kOneInjection, kOneHalt, kPolledOrNot},
             .max_events = kMostSlow}),
    ByIrqfd({.name = "irq/irqfd_halted.long.apart",
             .measures =
                 "MSI by an irqfd, written on another CPU 1 ms after the "
                 "guest's call, to a vCPU that has halted: its thread sleeps "
                 "(KVM API 4.75)",
             .modes = kKernelMode,
             .blob = &blobs::irq_call_halt,
             .delay_us = kLongUs,
             .place = Place::kApart,
             .claims = {kOneInjection, kOneHalt, kPolledOrNot},
             .max_events = kMostSlow}),
    ByIrqfd({.name = "irq/irqfd_halted.short.together",
             .measures =
                 "MSI by an irqfd, written on the same CPU 50 us after the "
                 "guest's call, to a vCPU that has halted (KVM API 4.75)",
             .modes = kKernelMode,
             .blob = &blobs::irq_call_halt,
             .delay_us = kShortUs,
             .place = Place::kTogether,
             .claims = {kOneInjection, kOneHalt, kPolledOrNot},
             .max_events = kMostSlow}),
    ByIrqfd({.name = "irq/irqfd_halted.long.together",
             .measures =
                 "MSI by an irqfd, written on the same CPU 1 ms after the "
                 "guest's call, to a vCPU that has halted (KVM API 4.75)",
             .modes = kKernelMode,
             .blob = &blobs::irq_call_halt,
             .delay_us = kLongUs,
             .place = Place::kTogether,
             .claims = {kOneInjection, kOneHalt, kPolledOrNot},
             .max_events = kMostSlow}),
    {.name = "irq/msi_ioctl",
     .measures = "KVM_SIGNAL_MSI between two KVM_RUNs, the guest having "
                 "interrupts on (KVM API 4.70)",
     .modes = kBothModes,
     .blob = &blobs::irq_exit,
     .shape = {.irqchip = true},
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1), .claims = {kOneInjection}},
     .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)}},
     .prepare = PrepareMsi,
     .answer = InjectByMsi,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow}},
    {.name = "irq/kvm_interrupt",
     .measures = "KVM_INTERRUPT between two KVM_RUNs, the interrupt "
                 "controllers being userspace's (KVM API 4.16)",
     .modes = kBothModes,
     .blob = &blobs::irq_exit,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1), .claims = {kOneInjection}},
     .prepare = PrepareNoApic,
     .answer = InjectByInterrupt,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow},
     .fixed_parts = kVmApic},
    {.name = "irq/irq_window",
     .measures = "KVM_INTERRUPT as soon as the guest lets interrupts in, which "
                 "KVM_EXIT_IRQ_WINDOW_OPEN tells (VMX exit 7, SVM "
                 "VMEXIT_VINTR; SDM 28.2, APM 15.21)",
     .modes = kKernelMode,
     .blob = &blobs::irq_window,
     .expect = {.exit = ExitOf(KVM_EXIT_IRQ_WINDOW_OPEN),
                .claims = {kOneWindow}},
     .prepare = PrepareWindow,
     .answer = InjectByInterrupt,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow},
     .fixed_parts = kVmApic},
    {.name = "irq/nmi",
     .measures = "KVM_NMI between two KVM_RUNs (KVM API 4.64)",
     .modes = kBothModes,
     .blob = &blobs::irq_exit,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1), .claims = {kOneNmi}},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_USER_NMI)}},
     .prepare = PrepareNoApic,
     .answer = InjectNmi,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow}},
    ByTimer({.name = "irq/tsc_deadline_immediate",
             .measures =
                 "a TSC deadline already past: WRMSR to the handler's first "
                 "instruction, spinning (SDM vol. 3A 11.5.4.1)",
             .blob = &blobs::deadline_immediate,
             .prepare = PrepareDeadline,
             .claims = {kOneInjection}}),
    ByTimer({.name = "irq/tsc_deadline_latency.halted",
             .measures =
                 "how late the handler of the TSC deadline timer starts, the "
                 "guest being halted (SDM vol. 3A 11.5.4.1)",
             .blob = &blobs::timer_deadline_halt,
             .prepare = PrepareDeadline,
             .stamps = Stamps::kLateness,
             .claims = {kOneInjection, kOneHalt}}),
    ByTimer({.name = "irq/tsc_deadline_latency.spinning",
             .measures =
                 "how late the handler of the TSC deadline timer starts, the "
                 "guest spinning (SDM vol. 3A 11.5.4.1)",
             .blob = &blobs::timer_deadline_spin,
             .prepare = PrepareDeadline,
             .stamps = Stamps::kLateness,
             .claims = {kOneInjection}}),
    ByTimer({.name = "irq/apic_timer",
             .measures =
                 "how late the handler of the local APIC's timer, one-shot, "
                 "starts, the guest being halted (SDM vol. 3A 11.5.4)",
             .blob = &blobs::timer_one_shot,
             .prepare = PrepareOneShot,
             .stamps = Stamps::kLateness,
             .claims = {kOneInjection, kOneHalt}}),
    ByTimer({.name = "irq/pit",
             .measures =
                 "how late the handler of the PIT's counter 0, mode 0, starts, "
                 "the guest being halted (KVM API 4.71)",
             .blob = &blobs::timer_pit,
             .is_pit = true,
             .prepare = PreparePit,
             .stamps = Stamps::kLateness,
             .claims = {kOneInjection, kOneHalt}}),
};

}  // namespace

absl::Span<const Case> IrqCases() { return kCases; }

}  // namespace exitbench
