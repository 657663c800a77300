// slot/: switching the log of dirty pages of a slot on and off
// (KVM_MEM_LOG_DIRTY_PAGES, KVM API 4.35), as migration does at its begin and
// its end. --working_set is the slot's size.
//
// To switch it on write-protects what the guest has mapped, or with
// KVM_DIRTY_LOG_INITIALLY_SET (KVM API 7.15) leaves that to
// KVM_CLEAR_DIRTY_LOG. Large pages are split then and there if
// kvm.eager_page_split is on. To switch it off makes large pages again.
#include <cerrno>
#include <cstring>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/dirty_log.h"
#include "cases/support/writer.h"
#include "guest_blobs/payloads.h"
#include "vmm/arch_guest.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

constexpr uint64_t kDataBytes = 64u << 20;
// Each event has the guest write to all pages first.
constexpr uint32_t kMostSwitches = 8;
// Of a vCPU that runs meanwhile.
constexpr uint32_t kPagesPerMs = 100;

enum class Protection { kNow, kByClear };

struct Logging {
  kvm_userspace_memory_region on = {};
  kvm_userspace_memory_region off = {};
  std::vector<uint64_t> bitmap;
  uint64_t period_ticks = 0;  // Of the vCPU that runs meanwhile; 0: none does.
  Writer writer;              // Last, so that it ends first.
};

int Set(Machine& machine, const kvm_userspace_memory_region& region) {
  return Call(machine.vm().fd(), "KVM_SET_USER_MEMORY_REGION",
              KVM_SET_USER_MEMORY_REGION, &region);
}

int SwitchOn(Machine& machine) {
  return Set(machine, machine.case_state<Logging>().on);
}
int SwitchOff(Machine& machine) {
  return Set(machine, machine.case_state<Logging>().off);
}

template <Protection kProtection, bool kRunning>
absl::Status Prepare(Machine& machine) {
  if (machine.data().source() == MemorySource::kGuestMemfd) {
    return absl::UnimplementedError("KVM keeps no dirty log of a guest_memfd");
  }
  Logging& logging = machine.case_state<Logging>();
  logging.off.slot = Machine::kDataSlot;
  logging.off.guest_phys_addr = EB_DATA_GPA;
  logging.off.memory_size = machine.data().bytes();
  logging.off.userspace_addr =
      reinterpret_cast<uint64_t>(machine.data().host());
  logging.on = logging.off;
  logging.on.flags = KVM_MEM_LOG_DIRTY_PAGES;
  logging.bitmap.assign(DirtyLogWords(machine.data().bytes()), 0);
  // Whether the host has huge pages is looked at before the guest writes.
  if (machine.data().backing() == Backing::kThp) machine.data().Populate();
  if (kRunning) {
    EB_ASSIGN_OR_RETURN(const int64_t khz, GuestClockKhz(machine.vcpu()));
    logging.period_ticks = static_cast<uint64_t>(khz) / kPagesPerMs;
  }
  if (kProtection == Protection::kNow) return absl::OkStatus();
  return machine.vm().EnableCap(
      KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
      KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE | KVM_DIRTY_LOG_INITIALLY_SET);
}

// Has the guest map all of the slot writable, with the log as it is.
absl::Status MapAll(Machine& machine) {
  Logging& logging = machine.case_state<Logging>();
  logging.writer.Stop();
  EB_RETURN_IF_ERROR(logging.writer.TouchAll(machine));
  if (logging.period_ticks == 0) return absl::OkStatus();
  return logging.writer.Start(machine, logging.period_ticks, kPagesPerMs);
}

absl::Status ReadyToSwitchOn(Machine& machine) {
  if (SwitchOff(machine) != 0) {
    return ErrnoStatus("KVM_SET_USER_MEMORY_REGION", "log off");
  }
  return MapAll(machine);
}

absl::Status ReadyToSwitchOff(Machine& machine) {
  if (SwitchOn(machine) != 0) {
    return ErrnoStatus("KVM_SET_USER_MEMORY_REGION", "log on");
  }
  return MapAll(machine);
}

absl::Status IsOn(Machine& machine, int result, int error) {
  if (result != 0) return Refused("switching the log on", result, error);
  Logging& logging = machine.case_state<Logging>();
  if (GetDirtyLog(machine, logging.bitmap) != 0) {
    return ErrnoStatus("KVM_GET_DIRTY_LOG", "after the log was switched on");
  }
  return logging.writer.status();
}

absl::Status IsOff(Machine& machine, int result, int error) {
  if (result != 0) return Refused("switching the log off", result, error);
  Logging& logging = machine.case_state<Logging>();
  if (GetDirtyLog(machine, logging.bitmap) == 0 || errno != ENOENT) {
    return absl::InternalError("KVM_GET_DIRTY_LOG still answers");
  }
  return logging.writer.status();
}

struct Named {
  absl::string_view name;
  absl::string_view measures;
};

template <bool kOn, Protection kProtection = Protection::kNow,
          bool kRunning = false>
constexpr Case Switch(const Named& named) {
  Case row = {.name = named.name,
              .measures = named.measures,
              .modes = kUserMode,
              .host_loop = {.guest = &blobs::paced_write,
                            .before = kOn ? ReadyToSwitchOn : ReadyToSwitchOff,
                            .timed = kOn ? SwitchOn : SwitchOff,
                            .after = kOn ? IsOn : IsOff,
                            .guest_beside = true},
              .shape = {.data_bytes = kDataBytes},
              .host = {.hook_bytes = 1u << 20},
              .prepare = Prepare<kProtection, kRunning>,
              .size = {.max_events = kMostSwitches},
              .parameters = kHostPageParameter | kWorkingSetParameter |
                            kBackingParameter};
  if (kProtection == Protection::kByClear) {
    row.host.needs = {{.name = "KVM_DIRTY_LOG_INITIALLY_SET",
                       .capability = KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
                       .bits = KVM_DIRTY_LOG_INITIALLY_SET}};
  }
  return row;
}

constexpr Case kCases[] = {
    Switch<true>(
        {"slot/log_dirty_on",
         "KVM_MEM_LOG_DIRTY_PAGES switched on for a slot of 64 MiB that the "
         "guest has written to (KVM API 4.35)"}),
    Switch<true, Protection::kNow, true>(
        {"slot/log_dirty_on.running",
         "the same while the guest writes to 100 pages per ms (KVM API 4.35)"}),
    Switch<true, Protection::kByClear>(
        {"slot/log_dirty_on.initially_set",
         "the same as log_dirty_on under KVM_DIRTY_LOG_INITIALLY_SET, which "
         "write-protects nothing yet (KVM API 7.15)"}),
    Switch<false>(
        {"slot/log_dirty_off",
         "KVM_MEM_LOG_DIRTY_PAGES switched off for a slot of 64 MiB that the "
         "guest has written to (KVM API 4.35)"}),
    Switch<false, Protection::kNow, true>(
        {"slot/log_dirty_off.running",
         "the same while the guest writes to 100 pages per ms (KVM API 4.35)"}),
    Switch<false, Protection::kByClear>(
        {"slot/log_dirty_off.initially_set",
         "the same as log_dirty_off under KVM_DIRTY_LOG_INITIALLY_SET (KVM API "
         "7.15)"}),
};

}  // namespace

absl::Span<const Case> SlotLogCases() { return kCases; }

}  // namespace exitbench
