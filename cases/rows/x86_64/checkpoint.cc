// checkpoint/: to save and restore a vCPU, and to copy the memory of a guest
// that stands still, all of it or what it has dirtied.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/memory_copy.h"
#include "cases/support/x86_64/vcpu_state.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

struct SavedState {
  VcpuState state;
  VcpuState seen;  // What is there after a restore.
  uint64_t msr = 0;
};

// An MSR that nothing of ours uses.
constexpr uint32_t kKernelGsBase = 0xc0000102;

absl::Status PrepareState(Machine& machine) {
  SavedState& saved = machine.case_state<SavedState>();
  EB_RETURN_IF_ERROR(saved.state.Prepare(machine));
  EB_RETURN_IF_ERROR(saved.seen.Prepare(machine));
  EB_ASSIGN_OR_RETURN(saved.msr, GetMsr(machine.vcpu(), kKernelGsBase));
  if (saved.state.Save(machine) == 0) return absl::OkStatus();
  return ErrnoStatus("saving the vCPU", "");
}

// Changes a register, the local APIC's task priority and an MSR, which a
// restore has to put right.
absl::Status ChangeState(Machine& machine) {
  EB_ASSIGN_OR_RETURN(kvm_regs regs, GetRegs(machine.vcpu()));
  EB_ASSIGN_OR_RETURN(kvm_sregs sregs, GetSregs(machine.vcpu()));
  ++regs.r15;
  sregs.cr8 = sregs.cr8 == 1 ? 2 : 1;
  EB_RETURN_IF_ERROR(SetRegs(machine.vcpu(), regs));
  EB_RETURN_IF_ERROR(SetSregs(machine.vcpu(), sregs));
  return SetMsr(machine.vcpu(), kKernelGsBase,
                machine.case_state<SavedState>().msr + 8);
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
  EB_ASSIGN_OR_RETURN(const uint64_t msr,
                      GetMsr(machine.vcpu(), kKernelGsBase));
  if (saved.seen.SameRegisters(saved.state) && msr == saved.msr) {
    return absl::OkStatus();
  }
  return absl::InternalError("the vCPU's state is not what was saved");
}

std::vector<Figure> StateFigures(Machine& machine, double) {
  const VcpuState& state = machine.case_state<SavedState>().state;
  return {{"state_bytes", Unit::kBytes, Direction::kExact,
           static_cast<double>(state.bytes())},
          {"msrs", Unit::kCount, Direction::kExact,
           static_cast<double>(state.msrs())}};
}

constexpr Case kCases[] = {
    {.name = "checkpoint/save",
     .measures = "save all state of a vCPU: nine ioctls, each MSR that it has",
     .host_loop = {.timed = TimedSave, .after = CheckSaved},
     .shape = {.irqchip = true},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP),
                        EB_NEED_CAP(KVM_CAP_XSAVE)}},
     .prepare = PrepareState,
     .figures = StateFigures,
     .size = {.max_events = 1000}},
    {.name = "checkpoint/restore",
     .measures = "put all state of a vCPU back: nine ioctls",
     .host_loop = {.before = ChangeState,
                   .timed = TimedRestore,
                   .after = CheckSaved},
     .shape = {.irqchip = true},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IRQCHIP),
                        EB_NEED_CAP(KVM_CAP_XSAVE)}},
     .prepare = PrepareState,
     .figures = StateFigures,
     .size = {.max_events = 1000},
     .revision = 2},
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
