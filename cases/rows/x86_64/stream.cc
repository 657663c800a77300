// stream/: bytes from the guest to the host, by ways that trap for each byte,
// each word, or each batch.
//
// The host takes every byte out and checks it. Figures per byte are over whole
// batches of events, from the first stamp to the last, so that they contain
// what the host does with the bytes.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "cases/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/notify.h"
#include "cases/support/x86_64/interrupts.h"
#include "cases/x86_64/exits.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"

namespace exitbench {
namespace {

constexpr uint32_t kStringBytes = 256;
constexpr uint32_t kMostStrings = 16;
// The coalesced ring holds 64 at least on every kernel.
constexpr uint32_t kCoalescedStores = 60;
constexpr uint32_t kWordBytes = 8;
constexpr uint64_t kSlots = 8;
constexpr uint32_t kMostTogether = 300;
// The largest slot of the ring in case memory.
constexpr uint32_t kMostBatchBytes = 65536;

// What the host has taken of the stream.
struct Stream {
  uint64_t units = 0;  // Bytes, words or batches, as the case counts.
  uint64_t expected = 0;
  uint64_t wrong = 0;
  uint64_t batch_bytes = 0;
  UniqueFd call;
  std::vector<uint8_t> copy;
};

Stream& State(Machine& machine) { return machine.case_state<Stream>(); }

void Take(Stream& stream, bool right) {
  ++stream.units;
  if (!right) ++stream.wrong;
}

uint64_t Word(const uint8_t* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

// Each byte is the low byte of its count, from 1.
const char* TakeBytes(Machine& machine, kvm_run& run) {
  Stream& stream = State(machine);
  const uint8_t* at = machine.vcpu().run_page() + run.io.data_offset;
  for (uint32_t i = 0; i < run.io.count; ++i) {
    Take(stream, at[i] == static_cast<uint8_t>(stream.units + 1));
  }
  return nullptr;
}

const char* TakeWord(Machine& machine, kvm_run& run) {
  Stream& stream = State(machine);
  Take(stream, Word(run.mmio.data) == stream.units + 1);
  return nullptr;
}

const char* TakeCoalesced(Machine& machine, kvm_run&) {
  Stream& stream = State(machine);
  CoalescedWrites writes(machine);
  if (!writes.found()) return "KVM_CHECK_EXTENSION of KVM_CAP_COALESCED_MMIO";
  while (const kvm_coalesced_mmio* write = writes.Next()) {
    Take(stream, write->phys_addr == EB_MMIO_GPA && write->len == kWordBytes &&
                     Word(write->data) == stream.units + 1);
  }
  return nullptr;
}

// For Service::serve: copies the batch out and gives its slot back.
const char* TakeBatch(Machine& machine, uint64_t number) {
  Stream& stream = State(machine);
  const uint8_t* slot =
      machine.data().host() + number % kSlots * stream.batch_bytes;
  std::memcpy(stream.copy.data(), slot, stream.batch_bytes);
  uint64_t differing_bits = 0;
  for (uint32_t at = 0; at < stream.batch_bytes; at += kWordBytes) {
    differing_bits |= Word(stream.copy.data() + at) ^ (number + 1);
  }
  Take(stream, differing_bits == 0);
  __atomic_store_n(&machine.parameters(0).args[6], number + 1,
                   __ATOMIC_RELEASE);
  return nullptr;
}

template <uint32_t units>
absl::Status ExpectUnits(Machine& machine, uint32_t events) {
  Stream& stream = State(machine);
  stream.expected += uint64_t{events} * units;
  if (stream.units == stream.expected && stream.wrong == 0) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrFormat("the host took %d units of the stream, %d of them wrong; "
                      "the guest sent %d",
                      stream.units, stream.wrong, stream.expected));
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

absl::Status PrepareCoalesced(Machine& machine) {
  machine.parameters(0).args[0] = kCoalescedStores;
  return Coalesce(machine, EB_MMIO_GPA, false, kWordBytes);
}

template <uint32_t bytes>
absl::Status PrepareRing(Machine& machine) {
  static_assert(bytes <= kMostBatchBytes && bytes % kWordBytes == 0);
  machine.parameters(0).args[0] = bytes;
  machine.parameters(0).args[6] = 0;
  machine.data().Populate();
  Stream& stream = State(machine);
  stream.batch_bytes = bytes;
  stream.copy.assign(bytes, 0);
  EB_ASSIGN_OR_RETURN(stream.call, NewCallEventfd(machine));
  return absl::OkStatus();
}

int RingCall(Machine& machine) { return State(machine).call.get(); }

constexpr KnownLimitation kPvmRing0 = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason =
        "kvm_pvm emulates ring 0, REP STOS 8 bytes at a time: that would "
        "be what is measured"};

// Batches in a ring of kSlots, which the guest shares with a thread of the
// host's.
struct Batches {
  absl::string_view name;
  absl::string_view measures;
  Place place = Place::kNowhere;
  uint32_t max_events = 0;
};

template <uint32_t bytes>
constexpr Case InRing(const Batches& batches) {
  return {.name = batches.name,
          .measures = batches.measures,
          .modes = kBothModes,
          .blob = &blobs::stream_ring,
          .shape = {.data_bytes = std::max(kSlots * bytes, kPageBytes)},
          .expect = {.verifies = "batches taken and checked"},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)},
                   .limitations = {kPvmRing0}},
          .prepare = PrepareRing<bytes>,
          .verify_batch = ExpectUnits<1>,
          .place = batches.place,
          .service = {.serve = TakeBatch, .call_fd = RingCall},
          .per_event = {.bytes = bytes},
          .size = {.max_events = batches.max_events},
          .revision = 2};
}

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
