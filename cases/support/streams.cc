#include "cases/support/streams.h"

#include <cstring>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "cases/support/guest_calls.h"
#include "cases/support/notify.h"
#include "guest_blobs/abi.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

Stream& State(Machine& machine) { return machine.case_state<Stream>(); }

uint64_t Word(const uint8_t* at) {
  uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return word;
}

}  // namespace

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

const char* TakeBatch(Machine& machine, uint64_t number) {
  Stream& stream = State(machine);
  const uint8_t* slot =
      machine.data().host() + number % kRingSlots * stream.batch_bytes;
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

absl::Status PrepareCoalesced(Machine& machine) {
  machine.parameters(0).args[0] = kCoalescedStores;
  return Coalesce(machine, EB_MMIO_GPA, false, kWordBytes);
}

absl::Status MakeRing(Machine& machine, uint32_t batch_bytes) {
  machine.parameters(0).args[0] = batch_bytes;
  machine.parameters(0).args[6] = 0;
  machine.data().Populate();
  Stream& stream = State(machine);
  stream.batch_bytes = batch_bytes;
  stream.copy.assign(batch_bytes, 0);
  EB_ASSIGN_OR_RETURN(stream.call, NewCallEventfd(machine));
  return absl::OkStatus();
}

int RingCall(Machine& machine) { return State(machine).call.get(); }

absl::Status ExpectTaken(Machine& machine, uint64_t units) {
  Stream& stream = State(machine);
  stream.expected += units;
  if (stream.units == stream.expected && stream.wrong == 0) {
    return absl::OkStatus();
  }
  return absl::InternalError(
      absl::StrFormat("the host took %d units of the stream, %d of them wrong; "
                      "the guest sent %d",
                      stream.units, stream.wrong, stream.expected));
}

}  // namespace exitbench
