#include "harness/perf/event_counters.h"

#include <algorithm>
#include <utility>

#include "base/status_macros.h"

namespace exitbench {
namespace {

constexpr uint64_t ReadMisses(uint64_t cache) {
  return cache | PERF_COUNT_HW_CACHE_OP_READ << 8 |
         PERF_COUNT_HW_CACHE_RESULT_MISS << 16;
}

constexpr CountedEvent kHardwareEvents[] = {
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_INSTRUCTIONS,
     MetricId::kInstructionsHost, MetricId::kInstructionsGuest},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES, MetricId::kCyclesHost,
     MetricId::kCyclesGuest},
    {PERF_TYPE_HARDWARE, PERF_COUNT_HW_BRANCH_MISSES,
     MetricId::kBranchMissesHost, MetricId::kBranchMissesGuest},
    {PERF_TYPE_HW_CACHE, ReadMisses(PERF_COUNT_HW_CACHE_L1I),
     MetricId::kL1iMissesHost, MetricId::kL1iMissesGuest},
    {PERF_TYPE_HW_CACHE, ReadMisses(PERF_COUNT_HW_CACHE_DTLB),
     MetricId::kDtlbMissesHost, MetricId::kDtlbMissesGuest},
    {PERF_TYPE_HW_CACHE, ReadMisses(PERF_COUNT_HW_CACHE_LL),
     MetricId::kLlcMissesHost, MetricId::kLlcMissesGuest},
};

}  // namespace

absl::Span<const CountedEvent> HardwareEvents() { return kHardwareEvents; }

absl::StatusOr<EventPair> EventPair::Open(const CountedEvent& event) {
  constexpr int kEveryCpu = -1;
  perf_event_attr host = PerfAttributes(event.type, event.config);
  host.exclude_guest = 1;
  // What exitbench itself does between events is no part of them.
  host.exclude_user = 1;
  perf_event_attr guest = PerfAttributes(event.type, event.config);
  guest.exclude_host = 1;
  EB_ASSIGN_OR_RETURN(PerfEvent of_host, PerfEvent::Open(host, kEveryCpu));
  EB_ASSIGN_OR_RETURN(PerfEvent of_guest, PerfEvent::Open(guest, kEveryCpu));
  EventPair pair(event, std::move(of_host), std::move(of_guest));
  EB_RETURN_IF_ERROR(pair.MeasureEmptyRegion());
  return pair;
}

void EventPair::Enter() {
  ++regions_;
  guest_.Enable();
  host_.Enable();
}

void EventPair::Leave() {
  host_.Disable();
  guest_.Disable();
}

absl::StatusOr<EventPair::Counts> EventPair::Read() const {
  EB_ASSIGN_OR_RETURN(const double host, host_.Read());
  EB_ASSIGN_OR_RETURN(const double guest, guest_.Read());
  return Counts{host, guest};
}

absl::StatusOr<EventPair::Counts> EventPair::Take() {
  EB_ASSIGN_OR_RETURN(const Counts all, Read());
  const double around = empty_host_ * static_cast<double>(regions_);
  const Counts since = {std::max(0.0, all.host - taken_.host - around),
                        all.guest - taken_.guest};
  taken_ = all;
  regions_ = 0;
  return since;
}

absl::Status EventPair::MeasureEmptyRegion() {
  constexpr int kRegions = 100;
  for (int i = 0; i < kRegions; ++i) {
    Enter();
    Leave();
  }
  EB_ASSIGN_OR_RETURN(const Counts all, Take());
  empty_host_ = all.host / kRegions;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<EventPair>> OpenEvents(
    absl::Span<const CountedEvent> events) {
  std::vector<EventPair> opened;
  for (const CountedEvent& event : events) {
    absl::StatusOr<EventPair> pair = EventPair::Open(event);
    if (absl::IsUnimplemented(pair.status()) ||
        absl::IsUnavailable(pair.status())) {
      continue;
    }
    EB_RETURN_IF_ERROR(pair.status());
    opened.push_back(*std::move(pair));
  }
  return opened;
}

}  // namespace exitbench
