// Runs a payload for a number of events and collects its samples.
#ifndef EXITBENCH_HARNESS_LOOP_GUEST_LOOP_H_
#define EXITBENCH_HARNESS_LOOP_GUEST_LOOP_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cases/case.h"
#include "harness/loop/batch.h"
#include "harness/loop/helper_threads.h"
#include "harness/loop/region.h"
#include "harness/loop/watchdog.h"
#include "harness/samples/event_means.h"
#include "harness/samples/metric_table.h"
#include "harness/samples/noise_meter.h"
#include "harness/samples/samples.h"
#include "vmm/machine.h"

namespace exitbench {

// All samples of one loop, in ticks. Allocated and touched once, and reused
// from run to run.
struct LoopSamples {
  LoopSamples();
  void Clear();

  // Returns the samples of `id`, which is a metric that is sampled.
  Samples& operator[](MetricId id) { return sampled[static_cast<size_t>(id)]; }
  const Samples& operator[](MetricId id) const {
    return sampled[static_cast<size_t>(id)];
  }

  // Returns the interquartile mean of the times of events. They are means of
  // many where the clock is coarse.
  double EventTicks() const {
    return means.means.raw.empty() ? (*this)[MetricId::kGuest].Iqm()
                                   : means.means.Iqm();
  }

  std::array<Samples, kSampledMetrics> sampled;  // By MetricId.
  // From the first of the guest's stamps in a batch to the last, per event.
  Samples batch_span;
  EventMeans means;  // Used where the clock is coarse.
  // Of HostLoop::steps, in their order.
  std::vector<Samples> steps;
  NoiseMeter noise;  // Used by rows with quantum_passes.
  // Events with a guest stamp that is not between the host's stamps around it.
  uint64_t bracket_violations = 0;
  uint64_t events = 0;
  uint64_t batches = 0;
  uint64_t exit_records = 0;  // Checked exits to userspace.
  double batch_ticks = 0;     // The host's, first to last stamp of each batch.
  std::vector<HostStamp> stamps;
};

// How one loop is run.
struct LoopPlan {
  uint32_t events = 0;
  uint32_t batch = 0;  // Events per batch.
  absl::Duration time_limit;
  // The payload is the control, which makes no exit but the doorbell.
  bool control = false;
  // The step of the guest's clock if it is coarse, else 0.
  double coarse_step_ticks = 0;
  // Compare the guest's clock with the host's, since the offset is known.
  bool legs = false;
  int64_t clock_offset_ticks = 0;
  HelperThreads* helpers = nullptr;  // Null if the row has none.
  Region* region = nullptr;          // Null in timed runs.
  // Unless empty, the first batch is a trace of this name: see trace_mark.h.
  absl::string_view trace_name;
};

// Runs plan.events events on `machine` and adds their samples to `samples`. The
// machine is fresh, or its last batch ended well. kDeadlineExceeded: it took
// longer than the time limit. kInternal says what was seen, where the guest
// was, and how far it got. Errors of the row's hooks are returned as they are.
// See harness/loop/outcome.h for the outcome of each error.
absl::Status RunGuestLoop(Machine& machine, const Case& row,
                          const LoopPlan& plan, Watchdog& watchdog,
                          LoopSamples& samples);

// Returns the events in one batch of `row`, of `events` in all. The stamps of a
// batch fit into its buffers. Batches are shorter where the host can only time
// whole batches, so that there are enough samples.
uint32_t BatchEvents(const Case& row, uint32_t events);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_GUEST_LOOP_H_
