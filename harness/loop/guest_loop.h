// Runs a payload for a number of events and collects its samples.
#ifndef EXITBENCH_HARNESS_LOOP_GUEST_LOOP_H_
#define EXITBENCH_HARNESS_LOOP_GUEST_LOOP_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cases/case.h"
#include "harness/loop/batch.h"
#include "harness/loop/helper_threads.h"
#include "harness/loop/watchdog.h"
#include "harness/samples/metric_table.h"
#include "harness/samples/noise_meter.h"
#include "harness/samples/samples.h"
#include "vmm/machine.h"

namespace exitbench {

// Everything one loop yields, in ticks. Reused from run to run: allocated and
// touched once.
struct LoopSamples {
  LoopSamples();
  void Clear();

  // Of a metric that is sampled.
  Samples& operator[](MetricId id) { return sampled[static_cast<size_t>(id)]; }
  const Samples& operator[](MetricId id) const {
    return sampled[static_cast<size_t>(id)];
  }

  std::array<Samples, kSampledMetrics> sampled;  // By MetricId.
  // First stamp of a batch to its last, per event.
  Samples batch_span;
  NoiseMeter noise;  // Of rows with quantum_passes.
  uint64_t bracket_violations = 0;
  uint64_t events = 0;
  uint64_t batches = 0;
  uint64_t exit_records = 0;  // Checked exits to userspace.
  double batch_ticks = 0;     // In all batches' KVM_RUNs and between them.
  std::vector<HostStamp> stamps;
};

struct LoopPlan {
  uint32_t events = 0;
  uint32_t batch = 0;  // Events per batch.
  absl::Duration time_limit;
  bool control = false;  // The twin: no exit but the doorbell is right.
  // The guest's TSC offset is known: compare the two clocks, split exits.
  bool legs = false;
  int64_t clock_offset_ticks = 0;
  HelperThreads* helpers = nullptr;  // What runs beside vCPU 0, if anything.
};

// Adds to `samples`. The machine is fresh or has ended its last batch well.
// kDeadlineExceeded: not done within the time limit. kInternal says what was
// seen, where the guest was, and how far it got. What a hook of the row returns
// is passed on as it is: see harness/loop/outcome.h for what comes of it.
absl::Status RunGuestLoop(Machine& machine, const Case& row,
                          const LoopPlan& plan, Watchdog& watchdog,
                          LoopSamples& samples);

// Events per batch for `row` and `events` in all: few enough that the stamps
// fit; smaller where the host can time whole batches only, so that there are
// enough of them.
uint32_t BatchEvents(const Case& row, uint32_t events);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_GUEST_LOOP_H_
