// checkpoint/: to save and restore a vCPU, and to copy the memory of a guest
// that stands still, all of it or what it has dirtied.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/dirty_log.h"
#include "cases/support/touch.h"
#include "cases/support/x86_64/vcpu_state.h"
#include "guest_blobs/payloads.h"
#include "vmm/arch/doorbell.h"
#include "vmm/exit_text.h"
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

// The guest writes to every kEach'th page.
constexpr uint64_t kDataBytes = 8u << 20;
constexpr uint64_t kPages = kDataBytes / kPageBytes;

constexpr uint64_t DirtyPages(uint64_t each) {
  return (kPages + each - 1) / each;
}

struct Copy {
  std::vector<uint8_t> target;
  std::vector<uint64_t> bitmap;
};

template <uint64_t kEach>
absl::Status PrepareCopy(Machine& machine) {
  static_assert(DirtyPages(kEach) <= EB_MAX_STAMPS);
  TouchEvery(machine, kEach * kPageBytes);
  machine.data().Populate();
  Copy& copy = machine.case_state<Copy>();
  copy.target.assign(kDataBytes, 0);
  copy.bitmap.assign(DirtyLogWords(kDataBytes), 0);
  return absl::OkStatus();
}

// Runs the guest to the doorbell. The harness' watchdog ends it if it takes too
// long.
template <uint64_t kEach>
absl::Status LetWrite(Machine& machine) {
  machine.parameters(0).events = DirtyPages(kEach);
  while (machine.vcpu().Run() != 0) {
    if (errno != EINTR || machine.vcpu().run().immediate_exit) {
      return ErrnoStatus("KVM_RUN", "the guest that dirties pages");
    }
  }
  const kvm_run& run = machine.vcpu().run();
  if (IsDoorbell(run)) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("the guest that dirties pages left by ", DescribeExit(run)));
}

// Returns how many pages were copied, or -1.
int TimedCopyDirty(Machine& machine) {
  Copy& copy = machine.case_state<Copy>();
  if (GetDirtyLog(machine, copy.bitmap) != 0) return -1;
  int pages = 0;
  ForEachDirtyPage(copy.bitmap, [&](size_t page) {
    const size_t at = page * kPageBytes;
    std::memcpy(copy.target.data() + at, machine.data().host() + at,
                kPageBytes);
    ++pages;
  });
  return pages;
}

int TimedCopyAll(Machine& machine) {
  std::memcpy(machine.case_state<Copy>().target.data(), machine.data().host(),
              kDataBytes);
  return static_cast<int>(kPages);
}

template <uint64_t kExpected>
absl::Status CheckCopy(Machine& machine, int result, int error) {
  if (result < 0) {
    return absl::InternalError(
        absl::StrCat("KVM_GET_DIRTY_LOG: ", strerror(error)));
  }
  if (static_cast<uint64_t>(result) != kExpected) {
    return absl::InternalError(absl::StrCat(
        "copied ", result, " pages, the guest wrote to ", kExpected));
  }
  // The other pages were copied before, or have never been written.
  Copy& copy = machine.case_state<Copy>();
  if (std::memcmp(copy.target.data(), machine.data().host(), kDataBytes) != 0) {
    return absl::InternalError("the copy is not what was copied");
  }
  return absl::OkStatus();
}

template <uint64_t kEach>
constexpr Case CopyDirty(absl::string_view name, absl::string_view measures) {
  return {.name = name,
          .measures = measures,
          .modes = kUserMode,
          .host_loop = {.guest = &blobs::touch_write,
                        .before = LetWrite<kEach>,
                        .timed = TimedCopyDirty,
                        .after = CheckCopy<DirtyPages(kEach)>},
          .shape = {.data_bytes = kDataBytes,
                    .data_flags = KVM_MEM_LOG_DIRTY_PAGES},
          .host = {.hook_bytes = kDataBytes},
          .prepare = PrepareCopy<kEach>,
          .per_event = {.bytes = DirtyPages(kEach) * kPageBytes,
                        .items = static_cast<uint32_t>(DirtyPages(kEach)),
                        .item = "page"},
          .size = {.max_events = 20}};
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
    {.name = "checkpoint/copy_all",
     .measures = "a copy of all 8 MiB, 1 page in 10 dirty, nothing tracked",
     .modes = kUserMode,
     .host_loop = {.guest = &blobs::touch_write,
                   .before = LetWrite<10>,
                   .timed = TimedCopyAll,
                   .after = CheckCopy<kPages>},
     .shape = {.data_bytes = kDataBytes},
     .host = {.hook_bytes = kDataBytes},
     .prepare = PrepareCopy<10>,
     .per_event = {.bytes = kDataBytes, .items = kPages, .item = "page"},
     .size = {.max_events = 20}},
};

}  // namespace

absl::Span<const Case> CheckpointCases() { return kCases; }

}  // namespace exitbench
