// stream/: bytes from the guest to the host, by ways that trap for each byte,
// each word, or each batch.
//
// The host takes every byte out and checks it. Figures per byte are over whole
// batches of events, from the first stamp to the last, so that they contain
// what the host does with the bytes.
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/streams.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr uint32_t kStringBytes = 256;
constexpr uint32_t kMostStrings = 16;
constexpr uint32_t kMostTogether = 300;

// Each byte is the low byte of its count, from 1.
const char* TakeBytes(Machine& machine, kvm_run& run) {
  Stream& stream = machine.case_state<Stream>();
  const uint8_t* at = machine.vcpu().run_page() + run.io.data_offset;
  for (uint32_t i = 0; i < run.io.count; ++i) {
    Take(stream, at[i] == static_cast<uint8_t>(stream.units + 1));
  }
  return nullptr;
}

absl::Status PrepareString(Machine& machine) {
  machine.parameters(0).args[0] = kStringBytes;
  machine.data().Populate();
  for (uint32_t i = 0; i < kStringBytes; ++i) {
    machine.data().host()[i] = static_cast<uint8_t>(i + 1);
  }
  return absl::OkStatus();
}
static_assert(kStringBytes % 256 == 0, "each string starts where one ended");

constexpr Case kCases[] = {
    {.name = "stream/pio_byte",
     .measures = "a byte per OUT, handled in userspace: KVM_EXIT_IO",
     .modes = kBothModes,
     .blob = &blobs::stream_pio,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1),
                .claims = {kOneExitAnywhere, kOneIoExit}},
     .answer = TakeBytes,
     .verify_batch = ExpectUnits<1>,
     .per_event = {.bytes = 1}},
    {.name = "stream/pio_string",
     .measures = "256 bytes per REP OUTSB, handled in userspace, in as many "
                 "exits as the backend makes of it: KVM_EXIT_IO",
     .modes = kBothModes,
     .blob = &blobs::stream_string,
     .shape = {.data_bytes = kPageBytes},
     .expect = {.exit = OfElements(kStringBytes, PioOut(EB_EVENT_PORT, 1))},
     .prepare = PrepareString,
     .answer = TakeBytes,
     .verify_batch = ExpectUnits<kStringBytes>,
     .per_event = {.bytes = kStringBytes},
     .size = {.max_events = kMostStrings}},
    {.name = "stream/mmio_word",
     .measures = "8 bytes per store to unbacked memory, handled in userspace: "
                 "KVM_EXIT_MMIO",
     .modes = kBothModes,
     .blob = &blobs::stream_mmio,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 8),
                .claims = {kOneExitAnywhere, kOneMmioExit}},
     .answer = TakeWord,
     .verify_batch = ExpectUnits<1>,
     .per_event = {.bytes = kWordBytes}},
    {.name = "stream/coalesced_mmio",
     .measures = "60 coalesced stores of 8 bytes and one OUT to userspace, "
                 "which takes them all (KVM API 4.116)",
     .modes = kBothModes,
     .blob = &blobs::stream_coalesced,
     .expect = {.exit = PioOut(EB_EVENT_PORT, 1)},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_COALESCED_MMIO)}},
     .prepare = PrepareCoalesced,
     .answer = TakeCoalesced,
     .verify_batch = ExpectUnits<kCoalescedStores>,
     .per_event = {.bytes = kCoalescedStores * kWordBytes},
     .size = {.max_events = 200}},
    InRing<64>(
        {.name = "stream/ring.64.apart",
         .measures =
             "batches of 64 bytes in a ring of 8, one ioeventfd doorbell each, "
             "taken by a thread on another CPU (KVM API 4.59)",
         .place = Place::kApart}),
    InRing<1024>(
        {.name = "stream/ring.1024.apart",
         .measures =
             "batches of 1024 bytes in a ring of 8, one ioeventfd doorbell "
             "each, taken by a thread on another CPU (KVM API 4.59)",
         .place = Place::kApart}),
    InRing<16384>(
        {.name = "stream/ring.16384.apart",
         .measures =
             "batches of 16384 bytes in a ring of 8, one ioeventfd doorbell "
             "each, taken by a thread on another CPU (KVM API 4.59)",
         .place = Place::kApart}),
    InRing<65536>(
        {.name = "stream/ring.65536.apart",
         .measures =
             "batches of 65536 bytes in a ring of 8, one ioeventfd doorbell "
             "each, taken by a thread on another CPU (KVM API 4.59)",
         .place = Place::kApart,
         .max_events = 2000}),
    InRing<64>(
        {.name = "stream/ring.64.together",
         .measures =
             "batches of 64 bytes in a ring of 8, one ioeventfd doorbell each, "
             "taken by a thread on the same CPU (KVM API 4.59)",
         .place = Place::kTogether,
         .max_events = kMostTogether}),
    InRing<65536>(
        {.name = "stream/ring.65536.together",
         .measures =
             "batches of 65536 bytes in a ring of 8, one ioeventfd doorbell "
             "each, taken by a thread on the same CPU (KVM API 4.59)",
         .place = Place::kTogether,
         .max_events = kMostTogether}),
};

}  // namespace

absl::Span<const Case> StreamCases() { return kCases; }

}  // namespace exitbench
