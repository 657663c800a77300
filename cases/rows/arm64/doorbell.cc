// upcall/ and doorbell/: the host calls the guest, and the guest calls the
// host. Each is answered. It goes by exits and MSIs, by eventfds and a thread
// of the host's, or by shared memory alone.
//
// `to_host` begins at the guest's stamp before its call and ends when the host
// has it. `to_handler` begins at the host's decision and ends in the guest's
// handler, or where the guest sees the mail. `guest` is the guest's round trip,
// `round_trip` the host's.
#include <cstring>

#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostSlow = 300;
// Where guest and thread share a CPU, an event can take a time slice.
constexpr uint32_t kMostTogether = 30;

constexpr VmShape kWithIts = {.irqchip = true, .data_bytes = kItsDataBytes};

absl::Status PrepareEventfds(Machine& machine) {
  EB_RETURN_IF_ERROR(MakeMsiIrqfd(machine));
  return MakeCallEventfd(machine);
}

// The guest asks by value 0. It answers by value 1, for which nothing is
// injected.
const char* InjectIfAsked(Machine& machine, kvm_run& run) {
  uint32_t value = 0;
  std::memcpy(&value, run.mmio.data, sizeof(value));
  return value == 0 ? InjectByMsi(machine, run) : nullptr;
}

// A guest that polls for what another CPU writes.
constexpr CounterClaim kNoExit = {
    .counter = "exits", .per_event = 0, .backends = kHardware};

// The guest and a thread of the host's write to memory that the other polls.
struct Mail {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  bool is_upcall = false;  // The host calls and the guest answers.
  Place place = Place::kNowhere;
};

constexpr Case ByMail(const Mail& mail) {
  const bool is_apart = mail.place == Place::kApart;
  return {.name = mail.name,
          .measures = mail.measures,
          .modes = kBothModes,
          .blob = mail.blob,
          .expect = {.claims = is_apart ? Claims{kNoExit} : Claims{},
                     .verifies = "calls, each answered"},
          .verify_batch = mail.is_upcall ? ExpectArrived : nullptr,
          .stamps = mail.is_upcall ? Stamps::kHandler : Stamps::kAroundEvent,
          .place = mail.place,
          .service = {.serve = ServeByMailbox, .acknowledged = mail.is_upcall},
          .size = {.max_events = is_apart ? 0 : kMostTogether}};
}

// The guest signals an ioeventfd, and a thread of the host's answers by an
// irqfd.
struct Eventfds {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  Place place = Place::kNowhere;
  Claims claims;
  uint32_t max_events = kMostSlow;
};

constexpr Case ByEventfds(const Eventfds& eventfds) {
  return {.name = eventfds.name,
          .measures = eventfds.measures,
          .blob = eventfds.blob,
          .shape = kWithIts,
          .expect = {.claims = eventfds.claims, .verifies = kCountedByHandler},
          .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IOEVENTFD),
                             EB_NEED_CAP(KVM_CAP_IRQFD)}},
          .prepare = PrepareEventfds,
          .verify_batch = ExpectArrived,
          .place = eventfds.place,
          .service = {.serve = ServeByIrqfd, .call_fd = CallEventfd},
          .size = {.max_events = eventfds.max_events}};
}

constexpr CounterClaim kOneKick = {.counter = "mmio_exit_kernel",
                                   .backends = kBackendArm};

constexpr Case kUpcalls[] = {
    {.name = "upcall/inject",
     .measures = "the host's KVM_SIGNAL_MSI to the guest's handler, which "
                 "answers by a 4-byte store: KVM_EXIT_MMIO (KVM API 4.70)",
     .blob = &blobs::upcall_exit,
     .shape = kWithIts,
     .expect = {.exit = OfElements(2, MmioWrite(EB_MMIO_GPA, 4)),
                .claims = {MmioExits(2)}},
     .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)}},
     .answer = InjectIfAsked,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow}},
    ByMail({.name = "upcall/mailbox.apart",
            .measures = "the host's store to memory that the guest polls, and "
                        "the guest's store in answer, on two CPUs: no exit",
            .blob = &blobs::upcall_mailbox,
            .is_upcall = true,
            .place = Place::kApart}),
    ByMail({.name = "upcall/mailbox.together",
            .measures = "the host's store to memory that the guest polls, and "
                        "the guest's store in answer, on one CPU: the host's "
                        "switches between the two",
            .blob = &blobs::upcall_mailbox,
            .is_upcall = true,
            .place = Place::kTogether}),
};

constexpr Case kDoorbells[] = {
    {.name = "doorbell/mmio",
     .measures = "4-byte store to userspace, answered by KVM_SIGNAL_MSI, until "
                 "the guest's handler (KVM_EXIT_MMIO; KVM API 4.70)",
     .blob = &blobs::doorbell_mmio,
     .shape = kWithIts,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4), .claims = {kOneMmioExit}},
     .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)}},
     .answer = InjectByMsi,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjection,
     .size = {.max_events = kMostSlow}},
    ByEventfds(
        {.name = "doorbell/ioeventfd.running.apart",
         .measures =
             "4-byte store to an ioeventfd, a thread on another CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "that spins (KVM API 4.59, 4.75)",
         .blob = &blobs::doorbell_mmio,
         .place = Place::kApart,
         .claims = {kOneKick}}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.running.together",
         .measures =
             "4-byte store to an ioeventfd, a thread on the same CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "that spins (KVM API 4.59, 4.75)",
         .blob = &blobs::doorbell_mmio,
         .place = Place::kTogether,
         .claims = {kOneKick},
         .max_events = kMostTogether}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.halted.apart",
         .measures =
             "4-byte store to an ioeventfd, a thread on another CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "in WFI (KVM API 4.59, 4.75)",
         .blob = &blobs::doorbell_mmio_halt,
         .place = Place::kApart,
         .claims = {kOneKick, kWfiOrPending}}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.halted.together",
         .measures =
             "4-byte store to an ioeventfd, a thread on the same CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "in WFI (KVM API 4.59, 4.75)",
         .blob = &blobs::doorbell_mmio_halt,
         .place = Place::kTogether,
         .claims = {kOneKick, kWfiOrPending}}),
    ByMail({.name = "doorbell/shared_memory.apart",
            .measures = "the guest's store to memory that a thread on another "
                        "CPU polls, and the thread's store in answer that the "
                        "guest polls: no exit",
            .blob = &blobs::doorbell_poll,
            .place = Place::kApart}),
    ByMail({.name = "doorbell/shared_memory.together",
            .measures = "the guest's store to memory that a thread on the same "
                        "CPU polls, and the thread's store in answer that the "
                        "guest polls: the host's switches between the two",
            .blob = &blobs::doorbell_poll,
            .place = Place::kTogether}),
};

}  // namespace

absl::Span<const Case> UpcallCases() { return kUpcalls; }
absl::Span<const Case> DoorbellCases() { return kDoorbells; }

}  // namespace exitbench
