// checkpoint/: to save and restore a vCPU, and to copy the memory of a guest
// that stands still, all of it or what it has dirtied.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/arm64/interrupts.h"
#include "cases/support/arm64/vcpu_state.h"
#include "cases/support/memory_copy.h"
#include "vmm/arm64/registers.h"

namespace exitbench {
namespace {

struct SavedState {
  VcpuState state;
  VcpuState seen;  // What is there after a restore.
};

// A register of the general ones, and one of the system's, that nothing of ours
// uses.
constexpr uint64_t kX15 = EB_CORE_REG(regs.regs[15]);
constexpr uint64_t kTpidrEl0 = ARM64_SYS_REG(3, 3, 13, 0, 2);

absl::Status PrepareState(Machine& machine) {
  SavedState& saved = machine.case_state<SavedState>();
  EB_RETURN_IF_ERROR(saved.state.Prepare(machine));
  EB_RETURN_IF_ERROR(saved.seen.Prepare(machine));
  if (saved.state.Save(machine) == 0) return absl::OkStatus();
  return ErrnoStatus("saving the vCPU", "");
}

// Changes two registers, which a restore has to put right.
absl::Status ChangeState(Machine& machine) {
  for (uint64_t id : {kX15, kTpidrEl0}) {
    EB_ASSIGN_OR_RETURN(const uint64_t value, GetReg(machine.vcpu(), id));
    EB_RETURN_IF_ERROR(SetReg(machine.vcpu(), id, value + 1));
  }
  return absl::OkStatus();
}

int TimedSave(Machine& machine) {
  return machine.case_state<SavedState>().state.Save(machine);
}

int TimedRestore(Machine& machine) {
  return machine.case_state<SavedState>().state.Restore(machine);
}

absl::Status CheckSaved(Machine& machine, int result, int error) {
  if (result != 0) {
    return absl::InternalError(absl::StrCat("vCPU state: ", strerror(error)));
  }
  SavedState& saved = machine.case_state<SavedState>();
  if (saved.seen.Save(machine) != 0) return ErrnoStatus("reading it back", "");
  if (saved.seen.SameRegisters(saved.state)) return absl::OkStatus();
  return absl::InternalError("the vCPU's state is not what was saved");
}

std::vector<Figure> StateFigures(Machine& machine, double) {
  const VcpuState& state = machine.case_state<SavedState>().state;
  return {{"state_bytes", Unit::kBytes, Direction::kExact,
           static_cast<double>(state.bytes())},
          {"registers", Unit::kCount, Direction::kExact,
           static_cast<double>(state.registers())}};
}

constexpr Case kCases[] = {
    {.name = "checkpoint/save",
     .measures = "save all state of a vCPU: each register that it has by an "
                 "ioctl, events and run state",
     .host_loop = {.timed = TimedSave, .after = CheckSaved},
     .shape = {.irqchip = true},
     .host = {.needs = {kIrqchip}},
     .prepare = PrepareState,
     .figures = StateFigures,
     .size = {.max_events = 1000}},
    {.name = "checkpoint/restore",
     .measures =
         "put all state of a vCPU back: each register that it has by an "
         "ioctl, events and run state",
     .host_loop = {.before = ChangeState,
                   .timed = TimedRestore,
                   .after = CheckSaved},
     .shape = {.irqchip = true},
     .host = {.needs = {kIrqchip}},
     .prepare = PrepareState,
     .figures = StateFigures,
     .size = {.max_events = 1000}},
    CopyDirty<100>("checkpoint/copy_dirty_1pct",
                   "KVM_GET_DIRTY_LOG and a copy of the dirty pages, 1 in 100 "
                   "of 8 MiB"),
    CopyDirty<10>("checkpoint/copy_dirty_10pct",
                  "the same with 1 page in 10 dirty"),
    CopyDirty<2>("checkpoint/copy_dirty_50pct",
                 "the same with 1 page in 2 dirty"),
    CopyAll("checkpoint/copy_all",
            "a copy of all 8 MiB, 1 page in 10 dirty, nothing tracked"),
};

}  // namespace

absl::Span<const Case> CheckpointCases() { return kCases; }

}  // namespace exitbench
