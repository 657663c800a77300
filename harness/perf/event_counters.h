// Counts hardware events, of the host and of the guest, within regions.
#ifndef EXITBENCH_HARNESS_PERF_EVENT_COUNTERS_H_
#define EXITBENCH_HARNESS_PERF_EVENT_COUNTERS_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "harness/loop/region.h"
#include "harness/perf/perf_event.h"
#include "harness/samples/metric_table.h"

namespace exitbench {

// An event of the hardware, and the metrics of its counts.
struct CountedEvent {
  uint32_t type;
  uint64_t config;
  MetricId host;
  MetricId guest;
};

// Instructions, cycles, and misses of branches, L1i, dTLB and LLC.
absl::Span<const CountedEvent> HardwareEvents();

// Counts one event: in the host's kernel, and in the guest. Two counters are
// fewer than any PMU has, so they need not be shared.
class EventPair : public Region {
 public:
  // Opens the event for the calling thread and those that it starts later.
  // kUnimplemented: this host can't count it. Call it before the seccomp filter
  // is installed.
  static absl::StatusOr<EventPair> Open(const CountedEvent& event);

  void Enter() override;
  void Leave() override;

  struct Counts {
    double host = 0;
    double guest = 0;
  };
  // Returns the counts of all regions since the last call, less what entering
  // and leaving them counts. kUnavailable: it had no counter.
  absl::StatusOr<Counts> Take();

  const CountedEvent& event() const { return event_; }

 private:
  EventPair(const CountedEvent& event, PerfEvent host, PerfEvent guest)
      : event_(event), host_(std::move(host)), guest_(std::move(guest)) {}
  absl::StatusOr<Counts> Read() const;
  absl::Status MeasureEmptyRegion();

  CountedEvent event_;
  PerfEvent host_;
  PerfEvent guest_;
  double empty_host_ = 0;  // Counted in a region in which nothing happens.
  uint64_t regions_ = 0;   // Since the last Take().
  Counts taken_;
};

// Opens those of `events` that this host can count. None: it has no PMU. Errors
// other than that are returned.
absl::StatusOr<std::vector<EventPair>> OpenEvents(
    absl::Span<const CountedEvent> events);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_EVENT_COUNTERS_H_
