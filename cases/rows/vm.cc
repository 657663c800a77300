// vm/: calls that the host makes without running a guest, on any architecture.
// KVM API section 4.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// To change a slot waits for the rest of the host (RCU), for milliseconds.
constexpr uint32_t kMostSlotChanges = 40;

constexpr uint32_t kSlot = 2;
constexpr uint64_t kSlotBytes = 2u << 20;

absl::Status ExpectFd(Machine&, int result, int error) {
  if (result < 0) return Refused("KVM_CREATE_", result, error);
  const UniqueFd closed(result);
  return absl::OkStatus();
}

struct OtherVm {
  UniqueFd fd;
};

absl::Status MakeOtherVm(Machine& machine) {
  EB_ASSIGN_OR_RETURN(UniqueFd fd, machine.kvm().CreateVmFd());
  // The VM from before goes with `fd`.
  machine.case_state<OtherVm>().fd = std::move(fd);
  return absl::OkStatus();
}

int CreateVcpu(Machine& machine) {
  return sys::Ioctl(machine.case_state<OtherVm>().fd.get(), "KVM_CREATE_VCPU",
                    KVM_CREATE_VCPU, 0);
}

// Slots. The region's fields say what the next call does.

struct Slot {
  kvm_userspace_memory_region region = {};
  bool is_high = false;  // At the upper one of its two places.
};

kvm_userspace_memory_region& Region(Machine& machine, uint64_t bytes) {
  kvm_userspace_memory_region& region = machine.case_state<Slot>().region;
  region.slot = kSlot;
  region.guest_phys_addr = EB_DATA_GPA;
  region.memory_size = bytes;
  region.userspace_addr = reinterpret_cast<uint64_t>(machine.data().host());
  return region;
}

int SetSlot(Machine& machine) {
  return Call(machine.vm().fd(), "KVM_SET_USER_MEMORY_REGION",
              KVM_SET_USER_MEMORY_REGION, &machine.case_state<Slot>().region);
}

absl::Status PutSlot(Machine& machine, uint64_t bytes) {
  Region(machine, bytes);
  if (SetSlot(machine) == 0) return absl::OkStatus();
  return ErrnoStatus("KVM_SET_USER_MEMORY_REGION", absl::StrCat(bytes));
}

absl::Status AddSlot(Machine& machine) { return PutSlot(machine, kSlotBytes); }

absl::Status ReadyToAdd(Machine& machine) {
  Region(machine, kSlotBytes);
  return absl::OkStatus();
}
absl::Status Added(Machine& machine, int result, int error) {
  if (result != 0) return Refused("adding a slot", result, error);
  return PutSlot(machine, 0);
}

absl::Status ReadyToDelete(Machine& machine) {
  EB_RETURN_IF_ERROR(AddSlot(machine));
  Region(machine, 0);
  return absl::OkStatus();
}

absl::Status ReadyToMove(Machine& machine) {
  Slot& slot = machine.case_state<Slot>();
  slot.is_high = !slot.is_high;
  Region(machine, kSlotBytes).guest_phys_addr += slot.is_high ? kSlotBytes : 0;
  return absl::OkStatus();
}

absl::Status SlotChanged(Machine&, int result, int error) {
  if (result == 0) return absl::OkStatus();
  return Refused("changing a slot", result, error);
}

constexpr VmShape kSpareMemory = {.data_bytes = 2 * kSlotBytes,
                                  .data_slot = false};

constexpr Case kCases[] = {
    {.name = "vm/create_vm",
     .measures = "KVM_CREATE_VM (KVM API 4.2)",
     .host_loop = {.timed = CreateVm, .after = ExpectFd},
     .size = {.max_events = kMostVms}},
    {.name = "vm/create_vcpu",
     .measures = "KVM_CREATE_VCPU, the first of a new VM (KVM API 4.7)",
     .host_loop = {.before = MakeOtherVm,
                   .timed = CreateVcpu,
                   .after = ExpectFd},
     .size = {.max_events = kMostVms}},
    {.name = "vm/memslot_add",
     .measures =
         "KVM_SET_USER_MEMORY_REGION that adds a slot of 2 MiB (KVM API "
         "4.35)",
     .host_loop = {.before = ReadyToAdd, .timed = SetSlot, .after = Added},
     .shape = kSpareMemory,
     .size = {.max_events = kMostSlotChanges}},
    {.name = "vm/memslot_move",
     .measures = "KVM_SET_USER_MEMORY_REGION that moves a slot of 2 MiB to "
                 "another GPA (KVM API 4.35)",
     .host_loop = {.before = ReadyToMove,
                   .timed = SetSlot,
                   .after = SlotChanged},
     .shape = kSpareMemory,
     .prepare = AddSlot,
     .size = {.max_events = kMostSlotChanges}},
    {.name = "vm/memslot_delete",
     .measures = "KVM_SET_USER_MEMORY_REGION that deletes a slot of 2 MiB that "
                 "no guest has touched (KVM API 4.35)",
     .host_loop = {.before = ReadyToDelete,
                   .timed = SetSlot,
                   .after = SlotChanged},
     .shape = kSpareMemory,
     .size = {.max_events = kMostSlotChanges}},
};

}  // namespace

absl::Span<const Case> VmCases() { return kCases; }

}  // namespace exitbench
