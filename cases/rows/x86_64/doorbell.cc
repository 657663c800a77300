// upcall/ and doorbell/: the host calls the guest, and the guest calls the
// host. Each is answered. It goes by exits and interrupts, by eventfds and a
// thread of the host's, or by shared memory alone.
//
// `to_host` begins at the guest's stamp before its call and ends when the host
// has it. `to_handler` begins at the host's decision and ends in the guest's
// handler, or where the guest sees the mail. `guest` is the guest's round trip,
// `round_trip` the host's.
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/x86_64/interrupts.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostSlow = 300;
// Where guest and thread share a CPU, an event can take a time slice.
constexpr uint32_t kMostTogether = 30;

absl::Status PrepareApic(Machine& machine) {
  return StartApics(machine, ApicMode::kX2apic);
}

absl::Status PrepareEventfds(Machine& machine) {
  EB_RETURN_IF_ERROR(StartApics(machine, ApicMode::kX2apic));
  EB_RETURN_IF_ERROR(MakeIrqfd(machine));
  return MakeCallEventfd(machine);
}

// The guest asks by value 0. It answers by value 1, for which nothing is
// injected.
const char* InjectIfAsked(Machine& machine, kvm_run& run) {
  const uint8_t value = machine.vcpu().run_page()[run.io.data_offset];
  return value == 0 ? InjectByMsi(machine, run) : nullptr;
}

// The guest's question, and its answer.
constexpr ExpectedExit kAskAndAnswer = OfElements(2, PioOut(EB_EVENT_PORT, 1));

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
          .expect = {.claims = is_apart ? Claims{kNoExitButOfPauses} : Claims{},
                     .verifies = "calls, each answered"},
          .verify_batch = mail.is_upcall ? ExpectArrived : nullptr,
          .stamps = mail.is_upcall ? Stamps::kHandler : Stamps::kAroundEvent,
          .place = mail.place,
          .service = {.serve = ServeByMailbox, .acknowledged = mail.is_upcall},
          .size = {.max_events = is_apart ? 0 : kMostTogether}};
}

// The guest exits to userspace, which answers by an interrupt.
struct Exit {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  ExpectedExit exit;
};

constexpr Case ByExit(const Exit& by) {
  return {.name = by.name,
          .measures = by.measures,
          .modes = kBothModes,
          .blob = by.blob,
          .shape = {.irqchip = true},
          .expect = {.exit = by.exit, .claims = {kOneInjection}},
          .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)}},
          .prepare = PrepareApic,
          .answer = InjectByMsi,
          .verify_batch = ExpectArrived,
          .stamps = Stamps::kInjection,
          .size = {.max_events = kMostSlow}};
}

// The guest signals an ioeventfd, and a thread of the host's answers by an
// irqfd.
struct Eventfds {
  absl::string_view name;
  absl::string_view measures;
  uint32_t modes = kKernelMode;
  const GuestBlob* blob = nullptr;
  Place place = Place::kNowhere;
  Claims claims;
  uint32_t max_events = 0;
};

constexpr Case ByEventfds(const Eventfds& eventfds) {
  return {.name = eventfds.name,
          .measures = eventfds.measures,
          .modes = eventfds.modes,
          .blob = eventfds.blob,
          .shape = {.irqchip = true},
          .expect = {.claims = eventfds.claims, .verifies = kCountedByHandler},
          .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_IOEVENTFD),
                             EB_NEED_CAP(KVM_CAP_IRQFD)}},
          .prepare = PrepareEventfds,
          .verify_batch = ExpectArrived,
          .place = eventfds.place,
          .service = {.serve = ServeByIrqfd, .call_fd = CallEventfd},
          .size = {.max_events = eventfds.max_events}};
}

constexpr Case kUpcalls[] = {
    {.name = "upcall/inject",
     .measures = "the host's KVM_SIGNAL_MSI to the guest's handler, which "
                 "answers by OUT: KVM_EXIT_IO (KVM API 4.70)",
     .modes = kBothModes,
     .blob = &blobs::upcall_exit,
     .shape = {.irqchip = true},
     .expect = {.exit = kAskAndAnswer, .claims = {kOneInjection}},
     .host = {.needs = {kIrqchip, EB_NEED_CAP(KVM_CAP_SIGNAL_MSI)}},
     .prepare = PrepareApic,
     .answer = InjectIfAsked,
     .verify_batch = ExpectArrived,
     .stamps = Stamps::kInjectionHandler,
     .size = {.max_events = kMostSlow}},
    ByMail({.name = "upcall/mailbox.apart",
            .measures = "the host's store to memory that the guest polls, and "
                        "the guest's store in answer, on two CPUs: no exit but "
                        "pause-loop exits",
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
    ByExit({.name = "doorbell/pio",
            .measures = "OUT to userspace, answered by KVM_SIGNAL_MSI, until "
                        "the guest's handler (KVM_EXIT_IO; KVM API 4.70)",
            .blob = &blobs::doorbell_pio,
            .exit = PioOut(EB_EVENT_PORT, 1)}),
    ByExit({.name = "doorbell/mmio",
            .measures =
                "4-byte store to userspace, answered by KVM_SIGNAL_MSI, until "
                "the guest's handler (KVM_EXIT_MMIO; KVM API 4.70)",
            .blob = &blobs::doorbell_mmio,
            .exit = MmioWrite(EB_MMIO_GPA, 4)}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.running.apart",
         .measures =
             "4-byte store to an ioeventfd, a thread on another CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "that spins (KVM API 4.59, 4.75)",
         .modes = kBothModes,
         .blob = &blobs::doorbell_mmio,
         .place = Place::kApart,
         .claims = {kOneInjection},
         .max_events = kMostSlow}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.running.together",
         .measures =
             "4-byte store to an ioeventfd, a thread on the same CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "that spins (KVM API 4.59, 4.75)",
         .modes = kBothModes,
         .blob = &blobs::doorbell_mmio,
         .place = Place::kTogether,
         .claims = {kOneInjection},
         .max_events = kMostTogether}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.halted.apart",
         .measures =
             "4-byte store to an ioeventfd, a thread on another CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "that halts (KVM API 4.59, 4.75)",
         .modes = kKernelMode,
         .blob = &blobs::doorbell_mmio_halt,
         .place = Place::kApart,
         .claims = {kOneInjection, kOneHalt},
         .max_events = kMostSlow}),
    ByEventfds(
        {.name = "doorbell/ioeventfd.halted.together",
         .measures =
             "4-byte store to an ioeventfd, a thread on the same CPU woken "
             "by it, its write to an irqfd, until the handler of a guest "
             "that halts (KVM API 4.59, 4.75)",
         .modes = kKernelMode,
         .blob = &blobs::doorbell_mmio_halt,
         .place = Place::kTogether,
         .claims = {kOneInjection, kOneHaltOnVmx, kHaltsOnSvm},
         .max_events = kMostSlow}),
    ByMail({.name = "doorbell/shared_memory.apart",
            .measures = "the guest's store to memory that a thread on another "
                        "CPU polls, and the thread's store in answer that the "
                        "guest polls: no exit but pause-loop exits",
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
