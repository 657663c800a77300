// ept/: faults of instruction fetches. The guest calls code that the host has
// put into pages of case memory.
#include <cstdint>
#include <cstring>
#include <fstream>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/rows/groups.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"
#include "vmm/kvm_stats.h"

namespace exitbench {
namespace {

// inc %r13; ret
constexpr uint8_t kCode[] = {0x49, 0xff, 0xc5, 0xc3};

void PutCode(Machine& machine, uint64_t stride_bytes) {
  for (uint64_t at = 0; at < machine.data().bytes(); at += stride_bytes) {
    std::memcpy(machine.data().host() + at, kCode, sizeof(kCode));
  }
}

struct Fetches {
  uint64_t calls = 0;   // That the guest has counted in all.
  uint64_t splits = 0;  // nx_lpage_splits before the batch.
};

// Checks that the code of as many pages has run since the last batch.
absl::Status ExpectCalls(Machine& machine, uint32_t events) {
  Fetches& fetches = machine.case_state<Fetches>();
  const uint64_t calls = machine.parameters(0).results[0];
  const uint64_t made = calls - fetches.calls;
  fetches.calls = calls;
  if (made == events) return absl::OkStatus();
  return absl::InternalError(
      absl::StrFormat("%u calls ran the code of %u pages", events, made));
}

absl::Status NewCodePages(Machine& machine, uint32_t events) {
  EB_RETURN_IF_ERROR(NewHostPages(machine, events));
  PutCode(machine, kTouchStrideBytes);
  return absl::OkStatus();
}

// Huge pages that the guest may not execute before KVM has split them
// (Documentation/admin-guide/hw-vuln/multihit.rst).
constexpr uint32_t kHugePages = 32;
constexpr char kSetting[] = "/sys/module/kvm/parameters/nx_huge_pages";

absl::Status SplitsHugePages(const Kvm&) {
  std::ifstream file(kSetting);
  std::string setting;
  if (!(file >> setting)) {
    return absl::UnimplementedError(
        "this kernel has no setting kvm.nx_huge_pages");
  }
  if (setting == "Y") return absl::OkStatus();
  return absl::UnimplementedError(absl::StrFormat(
      "kvm.nx_huge_pages is %s: KVM splits no huge page before it is executed; "
      "on where the processor needs it, or by kvm.nx_huge_pages=force",
      setting));
}

absl::StatusOr<uint64_t> ReadSplits(Machine& machine) {
  const KvmStats* stats = machine.vm_stats();
  const int at = stats == nullptr ? -1 : stats->Find("nx_lpage_splits");
  if (at < 0) {
    return absl::UnimplementedError("this kernel counts no nx_lpage_splits");
  }
  EB_ASSIGN_OR_RETURN(const StatsSnapshot now, stats->Read());
  return now[static_cast<size_t>(at)];
}

absl::Status PrepareHugeCode(Machine& machine) {
  TouchEvery(machine, kHugePageBytes);
  machine.data().PopulateStride(kHugePageBytes);
  PutCode(machine, kHugePageBytes);
  return ReadSplits(machine).status();
}

// KVM remembers that it may not map a page by 2 MiB as long as the tables below
// it are there. They go with the slot.
absl::Status DropSplits(Machine& machine, uint32_t) {
  EB_RETURN_IF_ERROR(machine.RemoveDataSlot());
  EB_RETURN_IF_ERROR(machine.AddDataSlot(0));
  EB_ASSIGN_OR_RETURN(machine.case_state<Fetches>().splits,
                      ReadSplits(machine));
  return absl::OkStatus();
}

absl::Status ExpectSplits(Machine& machine, uint32_t events) {
  EB_RETURN_IF_ERROR(ExpectCalls(machine, events));
  EB_ASSIGN_OR_RETURN(const uint64_t splits, ReadSplits(machine));
  const int64_t made =
      static_cast<int64_t>(splits - machine.case_state<Fetches>().splits);
  if (made == events) return absl::OkStatus();
  return absl::InternalError(absl::StrFormat(
      "%u calls split %d huge pages (nx_lpage_splits)", events, made));
}

// The load has its own fault, in the control as well. Not all kernels count a
// fault that splits as fixed (Linux 7.2 does not).
constexpr Claims kFaultAfterLoad = {
    {.counter = "pf_taken", .over_control = true},
    {.counter = "exits", .per_event = 2, .backends = kHardware}};

constexpr Case kCases[] = {
    {.name = "ept/violation_backed_fetch",
     .measures = "first instruction fetched from a page that the host has "
                 "backed and the guest has never touched: a call of code there "
                 "that returns",
     .modes = kBothModes,
     .blob = &blobs::touch_fetch,
     .shape = {.data_bytes = kTouchBytes},
     .expect = {.claims = kOnePageFault,
                .exit_reasons = kUncountedFaultReasons,
                .verifies = "calls of the pages' code counted by it"},
     .host = {.limitations = {kPvmRing0NoFault}},
     .prepare = PrepareTouches,
     .before_batch = NewCodePages,
     .verify_batch = ExpectCalls,
     .size = {.batch = kTouches, .fresh_bytes = kTouchStrideBytes},
     .parameters = kGuestPageParameter | kBackingParameter},
    {.name = "ept/nx_huge_page_split",
     .measures = "first instruction fetched from a page of 2 MiB that the "
                 "guest has read: KVM splits it, as kvm.nx_huge_pages has it",
     .modes = kBothModes,
     .blob = &blobs::touch_load_fetch,
     .shape = {.data_bytes = kHugePages * kHugePageBytes,
               .data_backing = Backing::kThp,
               .data_page = GuestPage::k2M},
     .expect = {.claims = kFaultAfterLoad,
                .exit_reasons = kUncountedFaultReasons,
                .verifies = "splits of huge pages counted by KVM, and calls by "
                            "the code called"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_BINARY_STATS_FD)},
              .limitations = {kPvmRing0NoFault},
              .supported = SplitsHugePages},
     .prepare = PrepareHugeCode,
     .before_batch = DropSplits,
     .verify_batch = ExpectSplits,
     .size = {.batch = kHugePages,
              .max_events = 100 * kHugePages,
              .fresh_bytes = kHugePageBytes,
              .batch_slack = kOwnPages}},
};

}  // namespace

absl::Span<const Case> EptFetchCases() { return kCases; }

}  // namespace exitbench
