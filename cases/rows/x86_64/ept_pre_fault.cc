// ept/: KVM_PRE_FAULT_MEMORY (KVM API 4.143, Linux 6.11), which maps pages for
// a guest before it touches them, and the touch after it.
#include <cerrno>
#include <cstdint>

#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/rows/groups.h"
#include "cases/support/calls.h"
#include "cases/support/mapped_pages.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"
#include "vmm/arch/doorbell.h"
#include "vmm/exit_text.h"
#include "vmm/kvm_stats.h"

namespace exitbench {
namespace {

constexpr Need kPreFault = {.name = "KVM_CAP_PRE_FAULT_MEMORY (Linux 6.11)",
                            .capability = KVM_CAP_PRE_FAULT_MEMORY};

struct Range {
  kvm_pre_fault_memory range = {};
  MappedPages before;
};

absl::Status DropMappings(Machine& machine) {
  EB_RETURN_IF_ERROR(machine.data().SetWritable(false));
  return machine.data().SetWritable(true);
}

int PreFault(Machine& machine) {
  return Call(machine.vcpu().fd(), "KVM_PRE_FAULT_MEMORY", KVM_PRE_FAULT_MEMORY,
              &machine.case_state<Range>().range);
}

absl::StatusOr<uint64_t> FaultsTaken(Machine& machine) {
  const KvmStats* stats = machine.vcpu_stats();
  const int at = stats == nullptr ? -1 : stats->Find("pf_taken");
  if (at < 0) return absl::UnimplementedError("this kernel counts no pf_taken");
  EB_ASSIGN_OR_RETURN(const StatsSnapshot now, stats->Read());
  return now[static_cast<size_t>(at)];
}

// Has the guest store to each 4 KiB of case memory. Returns how many faults
// that took.
absl::StatusOr<uint64_t> TouchAll(Machine& machine) {
  machine.parameters(0).events = machine.data().bytes() / kPageBytes;
  EB_ASSIGN_OR_RETURN(const uint64_t before, FaultsTaken(machine));
  if (machine.vcpu().Run() != 0) {
    return ErrnoStatus("KVM_RUN", "the touch of what was mapped");
  }
  if (!IsDoorbell(machine.vcpu().run())) {
    return absl::InternalError(
        absl::StrFormat("the touch of what was mapped left by %s",
                        DescribeExit(machine.vcpu().run())));
  }
  EB_ASSIGN_OR_RETURN(const uint64_t after, FaultsTaken(machine));
  return after - before;
}

// The guest runs once, so that it has its own pages mapped.
absl::Status PrepareRange(Machine& machine) {
  TouchEvery(machine, kPageBytes);
  machine.data().Populate();
  return TouchAll(machine).status();
}

absl::Status DropRange(Machine& machine) {
  Range& state = machine.case_state<Range>();
  state.range.gpa = EB_DATA_GPA;
  state.range.size = machine.data().bytes();
  EB_RETURN_IF_ERROR(DropMappings(machine));
  EB_ASSIGN_OR_RETURN(state.before, CountMappedPages(machine));
  return absl::OkStatus();
}

absl::Status ExpectMapped(Machine& machine, int result, int error) {
  if (result != 0) return Refused("KVM_PRE_FAULT_MEMORY", result, error);
  const Range& state = machine.case_state<Range>();
  EB_ASSIGN_OR_RETURN(const MappedPages after, CountMappedPages(machine));
  const int64_t pages_4k = after.of_4k - state.before.of_4k;
  const int64_t pages_2m = after.of_2m - state.before.of_2m;
  const uint64_t bytes = machine.data().bytes();
  const bool huge = machine.data().backing() != Backing::k4K;
  const bool all_mapped =
      huge ? pages_2m == static_cast<int64_t>(bytes / kHugePageBytes)
           : pages_4k == static_cast<int64_t>(bytes / kPageBytes);
  EB_ASSIGN_OR_RETURN(const uint64_t faults, TouchAll(machine));
  if (all_mapped && faults == 0) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "KVM_PRE_FAULT_MEMORY of %u bytes mapped %d pages of 4 KiB and %d of 2 "
      "MiB, and the guest's touch took %u faults",
      bytes, pages_4k, pages_2m, faults));
}

// Pages that the touch_ payloads go over, mapped for the guest.
absl::Status PreFaultTouches(Machine& machine, uint32_t events) {
  EB_RETURN_IF_ERROR(DropMappings(machine));
  for (uint32_t i = 0; i < events; ++i) {
    kvm_pre_fault_memory range = {};
    range.gpa = EB_DATA_GPA + i * kTouchStrideBytes;
    range.size = kPageBytes;
    EB_RETURN_IF_ERROR(
        EB_IOCTL(machine.vcpu().fd(), KVM_PRE_FAULT_MEMORY, &range, "one page")
            .status());
  }
  return absl::OkStatus();
}

struct Pages {
  absl::string_view name;
  absl::string_view measures;
  uint32_t pages = 1;  // Of 4 KiB.
  Backing backing = Backing::k4K;
};

constexpr Case PreFaulted(const Pages& pages) {
  const bool huge = pages.backing != Backing::k4K;
  Case row = {
      .name = pages.name,
      .measures = pages.measures,
      .modes = kUserMode,
      .host_loop = {.guest = &blobs::touch_write,
                    .before = DropRange,
                    .timed = PreFault,
                    .after = ExpectMapped},
      .shape = {.data_bytes = pages.pages * kPageBytes,
                .data_backing = pages.backing},
      // No fault but those of the guest's touch, of which there are none.
      .expect = {.claims = kNoPageFault},
      .host = {.needs = {kPreFault}},
      .prepare = PrepareRange,
      .size = {.max_events = 2000}};
  if (pages.pages > 1) row.per_event = {.items = pages.pages, .item = "page"};
  if (!huge) row.parameters = kBackingParameter;
  return row;
}

constexpr Case kCases[] = {
    PreFaulted({.name = "ept/pre_fault.1",
                .measures = "KVM_PRE_FAULT_MEMORY of a page that the host has "
                            "backed; the guest's touch then takes no fault"}),
    PreFaulted({.name = "ept/pre_fault.16",
                .measures = "the same of 16 pages in one call",
                .pages = 16}),
    PreFaulted({.name = "ept/pre_fault.512",
                .measures = "the same of 512 pages, 2 MiB, in one call",
                .pages = 512}),
    PreFaulted({.name = "ept/pre_fault.2m_thp",
                .measures = "the same of 2 MiB that the host backs by a "
                            "transparent huge page, which one entry maps",
                .pages = 512,
                .backing = Backing::kThp}),
    {.name = "ept/after_pre_fault_write",
     .measures = "store to a page that KVM_PRE_FAULT_MEMORY has mapped: no "
                 "fault",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kTouchBytes},
     .expect = {.never_exits = kHardware, .claims = kNoPageFault},
     .host = {.needs = {kPreFault}},
     .prepare = PrepareBackedTouches,
     .before_batch = PreFaultTouches,
     .size = {.batch = kTouches, .fresh_bytes = kTouchStrideBytes},
     .parameters = kBackingParameter},
};

}  // namespace

absl::Span<const Case> EptPreFaultCases() { return kCases; }

}  // namespace exitbench
