// irq/: interrupts to vCPU 0 from the host. They are MSIs, which the ITS makes
// LPIs of (Arm IHI 0069). SPIs are in gic/, timers in timer/.
//
// `to_handler` begins just before the host's call and ends at the handler's
// first instruction. `round_trip` begins there too and ends when the host sees
// that the handler has run. `handler` is the handler with its end of interrupt
// and its return.
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// How long the thread waits after the guest's call. The kernel polls for a vCPU
// in WFI for at most 500 us by default (halt_poll_ns): the short delay is
// within that, the long one beyond.
constexpr uint32_t kShortUs = 50;
constexpr uint32_t kLongUs = 1000;
constexpr uint32_t kMostSlow = 300;
constexpr uint32_t kMostTogether = 30;

absl::Status PrepareMsi(Machine& machine) {
  machine.parameters(0).args[0] = kMsi;
  return absl::OkStatus();
}

// A thread of the host's writes to an irqfd for each call of the guest's.
struct Irqfd {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  uint32_t delay_us = 0;
  Place place = Place::kNowhere;
  Claims claims;
  uint32_t max_events = kMostSlow;
};

constexpr Case ByIrqfd(const Irqfd& irqfd) {
  return {.name = irqfd.name,
          .measures = irqfd.measures,
          .blob = irqfd.blob,
          .shape = {.irqchip = true, .data_bytes = kItsDataBytes},
          .expect = {.claims = irqfd.claims, .verifies = kCountedByHandler},
          .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IRQFD)}},
          .prepare = MakeMsiIrqfd,
          .verify_batch = ExpectArrived,
          .stamps = Stamps::kHandler,
          .place = irqfd.place,
          .service = {.serve = ServeByIrqfd,
                      .delay_us = irqfd.delay_us,
                      .acknowledged = true},
          .size = {.max_events = irqfd.max_events}};
}

constexpr Claims kWaits = {kOneWfi, kPolledOrNot};

constexpr Case kCases[] = {
    ByIrqfd(
        {.name = "irq/irqfd_running.apart",
         .measures =
             "MSI by an irqfd, written on another CPU, to a vCPU that spins "
             "(KVM API 4.75)",
         .blob = &blobs::irq_call_spin,
         .place = Place::kApart}),
    ByIrqfd({.name = "irq/irqfd_running.together",
             .measures =
                 "MSI by an irqfd, written on the same CPU, to a vCPU that "
                 "spins: with the host's switch to the writer and back (KVM "
                 "API 4.75)",
             .blob = &blobs::irq_call_spin,
             .place = Place::kTogether,
             .max_events = kMostTogether}),
    ByIrqfd({.name = "irq/irqfd_halted.short.apart",
             .measures =
                 "MSI by an irqfd, written on another CPU 50 us after the "
                 "guest's call, to a vCPU in WFI: within what the kernel polls "
                 "for by default (KVM API 4.75)",
             .blob = &blobs::irq_call_halt,
             .delay_us = kShortUs,
             .place = Place::kApart,
             .claims = kWaits}),
    ByIrqfd({.name = "irq/irqfd_halted.long.apart",
             .measures =
                 "MSI by an irqfd, written on another CPU 1 ms after the "
                 "guest's call, to a vCPU in WFI: its thread sleeps (KVM API "
                 "4.75)",
             .blob = &blobs::irq_call_halt,
             .delay_us = kLongUs,
             .place = Place::kApart,
             .claims = kWaits}),
    ByIrqfd({.name = "irq/irqfd_halted.short.together",
             .measures =
                 "MSI by an irqfd, written on the same CPU 50 us after the "
                 "guest's call, to a vCPU in WFI (KVM API 4.75)",
             .blob = &blobs::irq_call_halt,
             .delay_us = kShortUs,
             .place = Place::kTogether,
             .claims = kWaits}),
    ByIrqfd({.name = "irq/irqfd_halted.long.together",
             .measures =
                 "MSI by an irqfd, written on the same CPU 1 ms after the "
                 "guest's call, to a vCPU in WFI (KVM API 4.75)",
             .blob = &blobs::irq_call_halt,
             .delay_us = kLongUs,
             .place = Place::kTogether,
             .claims = kWaits}),
    {.name = "irq/msi_ioctl",
     .measures = "KVM_SIGNAL_MSI between two KVM_RUNs, the guest having "
                 "interrupts on (KVM API 4.70)",
     .blob = &blobs::irq_exit,
     .shape = {.irqchip = true, .data_bytes = kItsDataBytes},
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4), .claims = {kOneMmioExit}},
     .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)}},
     .prepare = PrepareMsi,
     .answer = InjectByMsi,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow}},
};

}  // namespace

absl::Span<const Case> IrqCases() { return kCases; }

}  // namespace exitbench
