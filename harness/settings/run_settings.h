// What is the same for every run of a session: its settings, and the buffers
// that runs reuse.
#ifndef EXITBENCH_HARNESS_SETTINGS_RUN_SETTINGS_H_
#define EXITBENCH_HARNESS_SETTINGS_RUN_SETTINGS_H_

#include <cstdint>

#include "cases/catalogue/catalogue.h"
#include "guest_blobs/blob.h"
#include "harness/clock/tsc_sync.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/watchdog.h"
#include "harness/settings/pilot.h"
#include "harness/settings/probe.h"
#include "harness/settings/run_config.h"

namespace exitbench {

struct RunSettings {
  RunConfig config;
  uint32_t warmup_events = 1000;  // At most; a short run has fewer.
  StampKind stamp_ring0 = StampKind::kPlain;
  StampKind stamp_ring3 = StampKind::kFenced;
  // Two guest stamps with nothing between; above kMostPairTicks RDTSC itself
  // must be trapped, and legs would measure that.
  double pair_ticks_ring0 = 0;
  double pair_ticks_ring3 = 0;
  double tsc_khz = 0;
  TscSync tsc_sync;
  ProbeFindings cannot_run;

  StampKind StampOf(const CaseInstance& instance) const {
    return instance.ring == 0 ? stamp_ring0 : stamp_ring3;
  }
  BesidePlan Beside() const { return {config.cpus, &tsc_sync, tsc_khz / 1000}; }
  // The events of a run of `row`, and those before.
  EventCounts EventsOf(const Case& row) const;
};
inline constexpr double kMostPairTicks = 500;

// Allocated and touched before anything is timed. For one thread.
struct RunTools {
  LoopSamples samples;
  LoopSamples control;
  Watchdog watchdog;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_RUN_SETTINGS_H_
