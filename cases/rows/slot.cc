// slot/: calls that change a VM's memory slots, by how many others there are,
// and by whether a vCPU runs in the VM meanwhile. KVM API section 4.35.
//
// Such a call copies what the VM's slots are, publishes the copy and waits
// until no vCPU and no MMU notifier reads the old one (virt/kvm/kvm_main.c,
// install_new_memslots and kvm_swap_active_memslots). So the other slots and a
// running vCPU both count.
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/running_vcpu.h"
#include "guest_blobs/payloads.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// To change a slot waits for the rest of the host (RCU), for milliseconds.
constexpr uint32_t kMostChanges = 40;

// The slot that changes has two places and two sizes.
constexpr uint64_t kSlotBytes = 2u << 20;
constexpr uint32_t kFirstOther = Machine::kDataSlot + 1;
// The others. Pages of the host have up to 64 KiB.
constexpr uint64_t kOtherBytes = 64u << 10;
constexpr uint64_t kOthersOffset = 2 * kSlotBytes;

enum class Change { kAdd, kDelete, kMove, kResize };

struct Slots {
  // What the next call makes of the slot.
  kvm_userspace_memory_region region = {};
  bool is_other = false;  // At its other place, or of its other size.
  RunningVcpu running;    // Last, so that it ends first.
};

kvm_userspace_memory_region RegionOf(Machine& machine, uint32_t slot,
                                     uint64_t offset, uint64_t bytes) {
  kvm_userspace_memory_region region = {};
  region.slot = slot;
  region.guest_phys_addr = EB_DATA_GPA + offset;
  region.memory_size = bytes;
  region.userspace_addr =
      reinterpret_cast<uint64_t>(machine.data().host()) + offset;
  return region;
}

int Set(Machine& machine, const kvm_userspace_memory_region& region) {
  return Call(machine.vm().fd(), "KVM_SET_USER_MEMORY_REGION",
              KVM_SET_USER_MEMORY_REGION, &region);
}

absl::Status Put(Machine& machine, const kvm_userspace_memory_region& region) {
  if (Set(machine, region) == 0) return absl::OkStatus();
  return ErrnoStatus(
      "KVM_SET_USER_MEMORY_REGION",
      absl::StrCat("slot ", region.slot, ", ", region.memory_size, " bytes"));
}

int SetNext(Machine& machine) {
  return Set(machine, machine.case_state<Slots>().region);
}

// A slot's size can't be changed. So VMMs delete the slot and add another.
int DeleteAndSetNext(Machine& machine) {
  kvm_userspace_memory_region none = machine.case_state<Slots>().region;
  none.memory_size = 0;
  const int result = Set(machine, none);
  return result != 0 ? result : SetNext(machine);
}

absl::Status PutSlot(Machine& machine, uint64_t bytes) {
  return Put(machine, RegionOf(machine, Machine::kDataSlot, 0, bytes));
}

template <Change kChange>
absl::Status Ready(Machine& machine) {
  Slots& slots = machine.case_state<Slots>();
  EB_RETURN_IF_ERROR(slots.running.status());
  const bool is_other = slots.is_other = !slots.is_other;
  switch (kChange) {
    case Change::kAdd:
      slots.region = RegionOf(machine, Machine::kDataSlot, 0, kSlotBytes);
      return absl::OkStatus();
    case Change::kDelete:
      slots.region = RegionOf(machine, Machine::kDataSlot, 0, 0);
      return PutSlot(machine, kSlotBytes);
    case Change::kMove:
      slots.region = RegionOf(machine, Machine::kDataSlot, 0, kSlotBytes);
      slots.region.guest_phys_addr += is_other ? kSlotBytes : 0;
      return absl::OkStatus();
    case Change::kResize:
      slots.region = RegionOf(machine, Machine::kDataSlot, 0,
                              is_other ? 2 * kSlotBytes : kSlotBytes);
      return absl::OkStatus();
  }
}

absl::Status Changed(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  return Refused("changing a slot", result, error);
}

absl::Status Added(Machine& machine, int result, int error) {
  EB_RETURN_IF_ERROR(Changed(machine, result, error));
  return PutSlot(machine, 0);
}

template <Change kChange, uint32_t kOthers, bool kRunning>
absl::Status Prepare(Machine& machine) {
  for (uint32_t i = 0; i < kOthers; ++i) {
    EB_RETURN_IF_ERROR(
        Put(machine, RegionOf(machine, kFirstOther + i,
                              kOthersOffset + i * kOtherBytes, kOtherBytes)));
  }
  if (kChange == Change::kMove || kChange == Change::kResize) {
    EB_RETURN_IF_ERROR(PutSlot(machine, kSlotBytes));
  }
  Slots& slots = machine.case_state<Slots>();
  return kRunning ? slots.running.Start(machine) : absl::OkStatus();
}

absl::StatusOr<Conclusion> FinishRunning(Machine& machine) {
  return machine.case_state<Slots>().running.Finish();
}

template <uint32_t kOthers>
bool HasSlots(const Kvm& kvm) {
  return kvm.Extension(KVM_CAP_NR_MEMSLOTS) >=
         static_cast<int>(kFirstOther + kOthers);
}

struct Named {
  absl::string_view name;
  absl::string_view measures;
};

template <Change kChange, uint32_t kOthers, bool kRunning = false>
constexpr Case Slot(const Named& named) {
  return {
      .name = named.name,
      .measures = named.measures,
      .host_loop = {.guest = kRunning ? &blobs::spin : nullptr,
                    .before = Ready<kChange>,
                    .timed =
                        kChange == Change::kResize ? DeleteAndSetNext : SetNext,
                    .after = kChange == Change::kAdd ? Added : Changed,
                    .guest_beside = kRunning},
      .shape = {.data_bytes = kOthersOffset + kOthers * kOtherBytes,
                .data_slot = false},
      .host = {.needs = {{.name = kOthers > 400 ? "KVM_CAP_NR_MEMSLOTS of 502"
                                                : "KVM_CAP_NR_MEMSLOTS of 34",
                          .offered = HasSlots<kOthers>}}},
      .prepare = Prepare<kChange, kOthers, kRunning>,
      .finish = kRunning ? FinishRunning : nullptr,
      .size = {.max_events = kMostChanges}};
}

constexpr Case kCases[] = {
    Slot<Change::kAdd, 1>(
        {"slot/add.1",
         "KVM_SET_USER_MEMORY_REGION that adds a slot of 2 MiB, with 1 other "
         "slot of case memory there (KVM API 4.35)"}),
    Slot<Change::kAdd, 32>(
        {"slot/add.32", "the same with 32 others (KVM API 4.35)"}),
    Slot<Change::kAdd, 500>(
        {"slot/add.500", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kAdd, 1, true>(
        {"slot/add.1.running",
         "adds a slot of 2 MiB, with 1 other there, while a vCPU runs in the "
         "VM (KVM API 4.35)"}),
    Slot<Change::kAdd, 500, true>(
        {"slot/add.500.running", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kDelete, 1>(
        {"slot/delete.1",
         "KVM_SET_USER_MEMORY_REGION that deletes a slot of 2 MiB that no "
         "guest has touched, with 1 other slot of case memory there (KVM API "
         "4.35)"}),
    Slot<Change::kDelete, 32>(
        {"slot/delete.32", "the same with 32 others (KVM API 4.35)"}),
    Slot<Change::kDelete, 500>(
        {"slot/delete.500", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kDelete, 1, true>(
        {"slot/delete.1.running",
         "deletes a slot of 2 MiB that no guest has touched, with 1 other "
         "there, while a vCPU runs in the VM (KVM API 4.35)"}),
    Slot<Change::kDelete, 500, true>(
        {"slot/delete.500.running", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kMove, 1>(
        {"slot/move.1",
         "KVM_SET_USER_MEMORY_REGION that moves a slot of 2 MiB to another "
         "GPA, with 1 other slot of case memory there (KVM API 4.35)"}),
    Slot<Change::kMove, 32>(
        {"slot/move.32", "the same with 32 others (KVM API 4.35)"}),
    Slot<Change::kMove, 500>(
        {"slot/move.500", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kMove, 1, true>(
        {"slot/move.1.running",
         "moves a slot of 2 MiB to another GPA, with 1 other there, while a "
         "vCPU runs in the VM (KVM API 4.35)"}),
    Slot<Change::kMove, 500, true>(
        {"slot/move.500.running", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kResize, 1>(
        {"slot/resize.1",
         "deletes a slot and adds it again, 2 MiB larger or smaller, since its "
         "size can't be changed, with 1 other slot of case memory there (KVM "
         "API 4.35)"}),
    Slot<Change::kResize, 32>(
        {"slot/resize.32", "the same with 32 others (KVM API 4.35)"}),
    Slot<Change::kResize, 500>(
        {"slot/resize.500", "the same with 500 others (KVM API 4.35)"}),
    Slot<Change::kResize, 1, true>(
        {"slot/resize.1.running",
         "deletes a slot and adds it again, 2 MiB larger or smaller, with 1 "
         "other there, while a vCPU runs in the VM (KVM API 4.35)"}),
    Slot<Change::kResize, 500, true>(
        {"slot/resize.500.running", "the same with 500 others (KVM API 4.35)"}),
};

}  // namespace

absl::Span<const Case> SlotCases() { return kCases; }

}  // namespace exitbench
