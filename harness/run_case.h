// One run of one case: a fresh VM, warmed up, measured, proven.
#ifndef EXITBENCH_HARNESS_RUN_CASE_H_
#define EXITBENCH_HARNESS_RUN_CASE_H_

#include <cstdint>
#include <vector>

#include "absl/time/time.h"
#include "cases/catalogue.h"
#include "guest_blobs/blob.h"
#include "harness/guest_loop.h"
#include "harness/probe.h"
#include "harness/tsc_sync.h"
#include "harness/watchdog.h"
#include "results/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// What is the same for every case of a session.
struct RunSettings {
  uint32_t events = 10000;
  uint32_t warmup_events = 1000;  // At most; a short run has fewer.
  absl::Duration time_limit = absl::Seconds(10);
  StampKind stamp_ring0 = StampKind::kPlain;
  StampKind stamp_ring3 = StampKind::kFenced;
  // Two guest stamps with nothing between; above kMostPairTicks RDTSC itself
  // must be trapped, and legs would measure that.
  double pair_ticks_ring0 = 0;
  double pair_ticks_ring3 = 0;
  double tsc_khz = 0;
  // Where threads are pinned; the first CPU is vCPU 0's. Empty: nowhere.
  std::vector<int> cpus;
  TscSync tsc_sync;
  Tick tick = Tick::kTsc;
  // Also run what can run natively in our own process (--native).
  bool native = false;
  // Also run a quarter and half of the events, to see whether the cost of one
  // depends on how many there are.
  bool linearity = false;
  ProbeFindings cannot_run;
};
inline constexpr double kMostPairTicks = 500;

// Buffers and watchdog that runs reuse, so that they are allocated and touched
// before anything is timed. For one thread.
struct RunTools {
  LoopSamples samples;
  LoopSamples control;
  Watchdog watchdog;
};

// Runs `instance` once. The result has one run, of session 0, and outcome,
// proof and metrics; failures are outcomes, never errors.
CaseResult RunCase(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_CASE_H_
