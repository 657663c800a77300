// timer/: the generic timer (Arm ARM D12). Guests have the virtual one without
// an exit. The physical one traps where the host's kernel runs at EL1.
//
// `guest` of a deadline is how late the handler's first instruction is.
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostSlow = 300;
// How far in the future timers are set. It is beyond what the kernel polls for.
constexpr uint32_t kTimerUs = 1000;
// What kvm-unit-tests has.
constexpr uint32_t kLongUs = 10000;
constexpr uint32_t kMostLong = 30;

template <uint32_t us>
absl::Status PrepareDeadline(Machine& machine) {
  EB_ASSIGN_OR_RETURN(machine.parameters(0).args[0], GuestTicks(machine, us));
  return absl::OkStatus();
}

struct Read {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
};

constexpr Case DoesNotTrap(const Read& read) {
  return {.name = read.name,
          .measures = read.measures,
          .modes = kBothModes,
          .blob = read.blob,
          .expect = {.never_exits = kBackendArm}};
}

constexpr Case TrapsWithoutVhe(const Read& read) {
  return {.name = read.name,
          .measures = read.measures,
          .modes = kBothModes,
          .blob = read.blob,
          .expect = {.never_exits = kBackendArmVhe,
                     .claims = {ExitsForSome(kWithoutVhe)},
                     .exit_reasons = kSysregReasons}};
}

struct Deadline {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  absl::Status (*prepare)(Machine&) = nullptr;
  Stamps stamps = Stamps::kLateness;
  Claims claims;
  uint32_t max_events = kMostSlow;
};

constexpr Case AtDeadline(const Deadline& deadline) {
  return {.name = deadline.name,
          .measures = deadline.measures,
          .blob = deadline.blob,
          .shape = {.irqchip = true},
          .expect = {.claims = deadline.claims, .verifies = kCountedByHandler},
          .host = {.needs = {kIrqchip}},
          .prepare = deadline.prepare,
          .verify_batch = ExpectArrived,
          .stamps = deadline.stamps,
          .size = {.max_events = deadline.max_events}};
}

constexpr Case kCases[] = {
    DoesNotTrap({.name = "timer/cntvct_read",
                 .measures = "MRS of CNTVCT_EL0, the virtual counter: no exit",
                 .blob = &blobs::cntvct_read}),
    DoesNotTrap({.name = "timer/cntpct_read",
                 .measures = "MRS of CNTPCT_EL0, the physical counter: no exit "
                             "(CNTHCTL_EL2.EL1PCTEN)",
                 .blob = &blobs::cntpct_read}),
    DoesNotTrap({.name = "timer/cntv_ctl_read",
                 .measures = "MRS of CNTV_CTL_EL0, of the virtual timer: no "
                             "exit",
                 .blob = &blobs::cntv_ctl_read}),
    TrapsWithoutVhe(
        {.name = "timer/cntp_ctl_read",
         .measures = "MRS of CNTP_CTL_EL0, of the physical timer: exits where "
                     "the host's kernel runs at EL1 (EC 0x18, CNTHCTL_EL2)",
         .blob = &blobs::cntp_ctl_read}),
    TrapsWithoutVhe(
        {.name = "timer/cntp_cval_read",
         .measures = "MRS of CNTP_CVAL_EL0, of the physical timer: exits where "
                     "the host's kernel runs at EL1 (EC 0x18, CNTHCTL_EL2)",
         .blob = &blobs::cntp_cval_read}),
    AtDeadline({.name = "timer/deadline_past",
                .measures = "the virtual timer set to a moment already past: "
                            "from the write of CNTV_CVAL_EL0 to the handler's "
                            "first instruction, spinning",
                .blob = &blobs::deadline_past,
                .stamps = Stamps::kAroundEvent}),
    AtDeadline({.name = "timer/deadline_latency.wfi",
                .measures = "how late the handler of the virtual timer starts "
                            "after 1 ms, the guest waiting by WFI (EC 0x01)",
                .blob = &blobs::deadline_halt,
                .prepare = PrepareDeadline<kTimerUs>,
                .claims = {kOneWfi, kPolledOrNot}}),
    AtDeadline({.name = "timer/deadline_latency.spinning",
                .measures = "how late the handler of the virtual timer starts "
                            "after 1 ms, the guest spinning",
                .blob = &blobs::deadline_spin,
                .prepare = PrepareDeadline<kTimerUs>}),
    AtDeadline({.name = "timer/deadline_10ms.wfi",
                .measures = "how late the handler of the virtual timer starts "
                            "after 10 ms, the guest waiting by WFI (EC 0x01)",
                .blob = &blobs::deadline_halt,
                .prepare = PrepareDeadline<kLongUs>,
                .claims = {kOneWfi, kPolledOrNot},
                .max_events = kMostLong}),
};

}  // namespace

absl::Span<const Case> TimerCases() { return kCases; }

}  // namespace exitbench
