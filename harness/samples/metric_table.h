// Every metric that the harness makes by itself. A row of cases/ may add its
// own (Case::figures).
//
// A new one is a row here, and the place where it is sampled or computed.
// Results files know metrics by their names, so a name stays for ever.
#ifndef EXITBENCH_HARNESS_SAMPLES_METRIC_TABLE_H_
#define EXITBENCH_HARNESS_SAMPLES_METRIC_TABLE_H_

#include <cstddef>
#include <iterator>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

enum class MetricId {
  kGuest,
  kKvmRun,
  kExitLeg,
  kUserspace,
  kEntryLeg,
  kOneWay,
  kToHost,
  kToHandler,
  kRoundTrip,
  kHostBatch,
  kHandler,
  kGuestControl,
  kHostBatchControl,
  kCall,
  kPerItem,
  kTicksPerByte,
  kMbPerS,
  kHostQuantum,
  kGuestLost,
  kGuestDetours,
  kGuestDetour,
  kHostLost,
  kHostDetours,
  kHostDetour,
  kGuestDetoursWithExit,
  kExits,
  kExitsMean,
  kNative,
  kNativeControl,
  kGnr,
};

struct MetricSpec {
  MetricId id;
  absl::string_view name;
  bool gating = false;
  Unit unit = Unit::kTicks;
  Direction direction = Direction::kLowerIsBetter;
  // The guest loop takes samples of it: LoopSamples has them.
  bool sampled = false;
  // Dropped where the guest's clock and the host's can't be compared.
  bool two_clocks = false;
};

// In the order of MetricId. Sampled ones come first, in the order of a results
// file.
inline constexpr MetricSpec kMetrics[] = {
    // Guest stamps around the event.
    {.id = MetricId::kGuest, .name = "guest", .gating = true, .sampled = true},
    // Host stamps around KVM_RUN, exits to userspace only.
    {.id = MetricId::kKvmRun,
     .name = "kvm_run",
     .gating = true,
     .sampled = true},
    // Guest stamp before the event to KVM_RUN's return.
    {.id = MetricId::kExitLeg,
     .name = "exit_leg",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    // KVM_RUN's return to the next call.
    {.id = MetricId::kUserspace,
     .name = "userspace",
     .sampled = true,
     .two_clocks = true},
    // That call to the guest stamp after the event.
    {.id = MetricId::kEntryLeg,
     .name = "entry_leg",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    // Times between two clocks: see EventTimes in beside.h.
    {.id = MetricId::kOneWay,
     .name = "one_way",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    {.id = MetricId::kToHost,
     .name = "to_host",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    {.id = MetricId::kToHandler,
     .name = "to_handler",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    {.id = MetricId::kRoundTrip,
     .name = "round_trip",
     .gating = true,
     .sampled = true},
    // Doorbell to doorbell, per event.
    {.id = MetricId::kHostBatch, .name = "host_batch", .sampled = true},

    // What "guest" is called where the stamps are a handler's.
    {.id = MetricId::kHandler, .name = "handler", .gating = true},
    {.id = MetricId::kGuestControl, .name = "guest_control"},
    {.id = MetricId::kHostBatchControl, .name = "host_batch_control"},
    // Host stamps around a call of the host's own.
    {.id = MetricId::kCall, .name = "call", .gating = true},

    // These follow from the time per event. The item's name is behind "per_".
    {.id = MetricId::kPerItem, .name = "per_"},
    {.id = MetricId::kTicksPerByte,
     .name = "ticks_per_byte",
     .unit = Unit::kTicksPerByte},
    {.id = MetricId::kMbPerS,
     .name = "mb_per_s",
     .unit = Unit::kMbPerS,
     .direction = Direction::kHigherIsBetter},

    // Of noise/: see AddNoiseMetrics().
    {.id = MetricId::kHostQuantum, .name = "host_quantum"},
    {.id = MetricId::kGuestLost, .name = "guest_lost", .unit = Unit::kRatio},
    {.id = MetricId::kGuestDetours,
     .name = "guest_detours",
     .unit = Unit::kCount},
    {.id = MetricId::kGuestDetour, .name = "guest_detour"},
    {.id = MetricId::kHostLost, .name = "host_lost", .unit = Unit::kRatio},
    {.id = MetricId::kHostDetours,
     .name = "host_detours",
     .unit = Unit::kCount},
    {.id = MetricId::kHostDetour, .name = "host_detour"},
    {.id = MetricId::kGuestDetoursWithExit,
     .name = "guest_detours_with_exit",
     .unit = Unit::kRatio},

    // Exits of each event: a whole number, or their mean.
    {.id = MetricId::kExits,
     .name = "exits",
     .unit = Unit::kCount,
     .direction = Direction::kExact},
    {.id = MetricId::kExitsMean, .name = "exits_mean", .unit = Unit::kCount},

    // --native; the last is how many times as long the guest takes.
    {.id = MetricId::kNative, .name = "native"},
    {.id = MetricId::kNativeControl, .name = "native_control"},
    {.id = MetricId::kGnr, .name = "gnr", .unit = Unit::kRatio},
};

constexpr const MetricSpec& SpecOf(MetricId id) {
  return kMetrics[static_cast<size_t>(id)];
}

inline constexpr size_t kSampledMetrics = [] {
  size_t n = 0;
  while (n < std::size(kMetrics) && kMetrics[n].sampled) ++n;
  return n;
}();

static_assert(
    [] {
      for (size_t i = 0; i < std::size(kMetrics); ++i) {
        if (static_cast<size_t>(kMetrics[i].id) != i) return false;
        if (kMetrics[i].sampled != (i < kSampledMetrics)) return false;
      }
      return std::size(kMetrics) == static_cast<size_t>(MetricId::kGnr) + 1;
    }(),
    "rows in the order of MetricId, sampled ones first");

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_METRIC_TABLE_H_
