// Hooks of cases that send bytes from the guest to the host (stream/). The host
// takes every byte out and checks it. They keep their state in the machine.
#ifndef EXITBENCH_CASES_SUPPORT_STREAMS_H_
#define EXITBENCH_CASES_SUPPORT_STREAMS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "base/owned.h"
#include "cases/case.h"
#include "guest_blobs/payloads.h"
#include "vmm/machine.h"

namespace exitbench {

inline constexpr uint32_t kWordBytes = 8;
// The coalesced ring holds 64 at least on every kernel.
inline constexpr uint32_t kCoalescedStores = 60;
// Batches in the ring, and the largest of them.
inline constexpr uint64_t kRingSlots = 8;
inline constexpr uint32_t kMostBatchBytes = 65536;

// What the host has taken of the stream.
struct Stream {
  uint64_t units = 0;  // Bytes, words or batches, as the case counts.
  uint64_t expected = 0;
  uint64_t wrong = 0;
  uint64_t batch_bytes = 0;
  UniqueFd call;
  std::vector<uint8_t> copy;
};

// Counts a unit that was taken.
inline void Take(Stream& stream, bool right) {
  ++stream.units;
  if (!right) ++stream.wrong;
}

// For Case::answer: takes the 8 bytes of an MMIO write, which are its number,
// from 1.
const char* TakeWord(Machine& machine, kvm_run& run);
// For Case::answer: takes such words out of the ring of coalesced writes.
const char* TakeCoalesced(Machine& machine, kvm_run& run);
// For Service::serve: copies a batch out of the ring in case memory, and gives
// its slot back. Each word of the batch is its number, from 1.
const char* TakeBatch(Machine& machine, uint64_t number);

// For Case::prepare: has kCoalescedStores words to EB_MMIO_GPA coalesced.
absl::Status PrepareCoalesced(Machine& machine);
// Makes the ring of batches of so many bytes, and the eventfd of its doorbell.
absl::Status MakeRing(Machine& machine, uint32_t batch_bytes);
// For Service::call_fd: that eventfd.
int RingCall(Machine& machine);

// Checks that all `units` of the events so far were taken, and were right.
absl::Status ExpectTaken(Machine& machine, uint64_t units);

// For Case::verify_batch and Case::prepare.
template <uint32_t units>
absl::Status ExpectUnits(Machine& machine, uint32_t events) {
  return ExpectTaken(machine, uint64_t{events} * units);
}
template <uint32_t bytes>
absl::Status PrepareRing(Machine& machine) {
  static_assert(bytes <= kMostBatchBytes && bytes % kWordBytes == 0);
  return MakeRing(machine, bytes);
}

inline constexpr KnownLimitation kPvmRing0Copies = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason =
        "kvm_pvm emulates ring 0, REP STOS 8 bytes at a time: that would "
        "be what is measured"};

// Batches in a ring of kRingSlots, which the guest shares with a thread of the
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
          .shape = {.data_bytes = std::max(kRingSlots * bytes, kPageBytes)},
          .expect = {.verifies = "batches taken and checked"},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)},
                   .limitations = {kPvmRing0Copies}},
          .prepare = PrepareRing<bytes>,
          .verify_batch = ExpectUnits<1>,
          .place = batches.place,
          .service = {.serve = TakeBatch, .call_fd = RingCall},
          .per_event = {.bytes = bytes},
          .size = {.max_events = batches.max_events},
          .revision = 2};
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_STREAMS_H_
