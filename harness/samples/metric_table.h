// The metrics that the harness makes. A row of cases/ may add others
// (Case::figures).
//
// To add a metric, add a row here and the code that samples or computes it.
// Results files refer to metrics by name, so a name never changes.
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
  kToL1,
  kInL1,
  kToL2,
  kHostBatch,
  kHandler,
  kGuestControl,
  kHostBatchControl,
  kGuestMean,
  kGuestMeanControl,
  kCall,
  kCallStep,
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
  kHaltPoll,
  kNative,
  kNativeControl,
  kGnr,
  kInstructionsHost,
  kInstructionsGuest,
  kCyclesHost,
  kCyclesGuest,
  kBranchMissesHost,
  kBranchMissesGuest,
  kL1iMissesHost,
  kL1iMissesGuest,
  kDtlbMissesHost,
  kDtlbMissesGuest,
  kLlcMissesHost,
  kLlcMissesGuest,
};

struct MetricSpec {
  MetricId id;
  absl::string_view name;
  bool gating = false;
  Unit unit = Unit::kTicks;
  Direction direction = Direction::kLowerIsBetter;
  // The guest loop samples it: see LoopSamples.
  bool sampled = false;
  // It is a time between two clocks, and is dropped where these can't be
  // compared.
  bool two_clocks = false;
};

// In the order of MetricId. The sampled metrics come first, in the order of
// results files.
inline constexpr MetricSpec kMetrics[] = {
    // Between the guest's stamps around the event.
    {.id = MetricId::kGuest, .name = "guest", .gating = true, .sampled = true},
    // Between the host's stamps around KVM_RUN, for exits to userspace.
    {.id = MetricId::kKvmRun,
     .name = "kvm_run",
     .gating = true,
     .sampled = true},
    // From the guest's stamp before the event to the return of KVM_RUN.
    {.id = MetricId::kExitLeg,
     .name = "exit_leg",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    // From that return to the next call of KVM_RUN.
    {.id = MetricId::kUserspace,
     .name = "userspace",
     .sampled = true,
     .two_clocks = true},
    // From that call to the guest's stamp after the event.
    {.id = MetricId::kEntryLeg,
     .name = "entry_leg",
     .gating = true,
     .sampled = true,
     .two_clocks = true},
    // Times of several threads: see EventTimes in helper_threads.h.
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
    // Between stamps of an L2 and of its L1: see Stamps::kNested.
    {.id = MetricId::kToL1, .name = "to_l1", .gating = true, .sampled = true},
    {.id = MetricId::kInL1, .name = "in_l1", .sampled = true},
    {.id = MetricId::kToL2, .name = "to_l2", .gating = true, .sampled = true},
    // From doorbell to doorbell, per event.
    {.id = MetricId::kHostBatch, .name = "host_batch", .sampled = true},

    // The name of "guest" where a handler takes the stamps.
    {.id = MetricId::kHandler, .name = "handler", .gating = true},
    {.id = MetricId::kGuestControl, .name = "guest_control"},
    {.id = MetricId::kHostBatchControl, .name = "host_batch_control"},
    // Where the clock is coarse: the time of an event, by many at a time. See
    // event_means.h. Then these are judged, and not "guest" and its parts.
    {.id = MetricId::kGuestMean, .name = "guest_mean", .gating = true},
    {.id = MetricId::kGuestMeanControl, .name = "guest_mean_control"},
    // Between the host's stamps around a call that the host makes.
    {.id = MetricId::kCall, .name = "call", .gating = true},
    // Each of an event's calls, where it is several. The name of the call
    // follows "call_".
    {.id = MetricId::kCallStep, .name = "call_"},

    // These follow from the time per event. The name of the item follows
    // "per_".
    {.id = MetricId::kPerItem, .name = "per_"},
    {.id = MetricId::kTicksPerByte,
     .name = "ticks_per_byte",
     .unit = Unit::kTicksPerByte},
    {.id = MetricId::kMbPerS,
     .name = "mb_per_s",
     .unit = Unit::kMbPerS,
     .direction = Direction::kHigherIsBetter},

    // For the cases noise/: see AddNoiseMetrics().
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

    // Exits per event: a whole number, or the mean.
    {.id = MetricId::kExits,
     .name = "exits",
     .unit = Unit::kCount,
     .direction = Direction::kExact},
    {.id = MetricId::kExitsMean, .name = "exits_mean", .unit = Unit::kCount},

    // What the kernel polled for a wake-up, of all vCPUs, per event: see
    // HaltPollOf() in proof.h.
    {.id = MetricId::kHaltPoll,
     .name = "halt_polled",
     .gating = true,
     .unit = Unit::kNs},

    // For --native. The last is the ratio of guest to native.
    {.id = MetricId::kNative, .name = "native"},
    {.id = MetricId::kNativeControl, .name = "native_control"},
    {.id = MetricId::kGnr, .name = "gnr", .unit = Unit::kRatio},

    // For --profile, by the PMU, per event: of the host's kernel without guest
    // code, and of the guest. See harness/perf/event_counters.h.
    {.id = MetricId::kInstructionsHost,
     .name = "instructions_host",
     .unit = Unit::kCount},
    {.id = MetricId::kInstructionsGuest,
     .name = "instructions_guest",
     .unit = Unit::kCount},
    {.id = MetricId::kCyclesHost, .name = "cycles_host", .unit = Unit::kCount},
    {.id = MetricId::kCyclesGuest,
     .name = "cycles_guest",
     .unit = Unit::kCount},
    {.id = MetricId::kBranchMissesHost,
     .name = "branch_misses_host",
     .unit = Unit::kCount},
    {.id = MetricId::kBranchMissesGuest,
     .name = "branch_misses_guest",
     .unit = Unit::kCount},
    {.id = MetricId::kL1iMissesHost,
     .name = "l1i_misses_host",
     .unit = Unit::kCount},
    {.id = MetricId::kL1iMissesGuest,
     .name = "l1i_misses_guest",
     .unit = Unit::kCount},
    {.id = MetricId::kDtlbMissesHost,
     .name = "dtlb_misses_host",
     .unit = Unit::kCount},
    {.id = MetricId::kDtlbMissesGuest,
     .name = "dtlb_misses_guest",
     .unit = Unit::kCount},
    {.id = MetricId::kLlcMissesHost,
     .name = "llc_misses_host",
     .unit = Unit::kCount},
    {.id = MetricId::kLlcMissesGuest,
     .name = "llc_misses_guest",
     .unit = Unit::kCount},
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
      return std::size(kMetrics) ==
             static_cast<size_t>(MetricId::kLlcMissesGuest) + 1;
    }(),
    "rows in the order of MetricId, sampled ones first");

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_METRIC_TABLE_H_
