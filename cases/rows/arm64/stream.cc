// stream/: bytes from the guest to the host, by ways that trap for each word or
// each batch.
//
// The host takes every byte out and checks it. Figures per byte are over whole
// batches of events, from the first stamp to the last, so that they contain
// what the host does with the bytes.
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/streams.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kMostTogether = 300;
// Where the guest has the host look at coalesced words.
constexpr uint64_t kLookGpa = EB_MMIO_GPA + 0x1000;

constexpr Case kCases[] = {
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
    {.name = "stream/coalesced_mmio_store",
     .measures = "60 coalesced stores of 8 bytes and one of 4 bytes to "
                 "userspace, which takes them all (KVM API 4.116)",
     .modes = kBothModes,
     .blob = &blobs::stream_coalesced,
     .expect = {.exit = MmioWrite(kLookGpa, 4),
                .claims = {kOneMmioExit,
                           {.counter = "mmio_exit_kernel",
                            .per_event = kCoalescedStores,
                            .backends = kBackendArm}}},
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
