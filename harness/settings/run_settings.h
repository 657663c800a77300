// What all runs of a session share: settings, and buffers that they reuse.
#ifndef EXITBENCH_HARNESS_SETTINGS_RUN_SETTINGS_H_
#define EXITBENCH_HARNESS_SETTINGS_RUN_SETTINGS_H_

#include <cstdint>

#include "cases/catalogue/catalogue.h"
#include "guest_blobs/blob.h"
#include "harness/clock/clock_sync.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/watchdog.h"
#include "harness/settings/event_counts.h"
#include "harness/settings/probe.h"
#include "harness/settings/run_config.h"

namespace exitbench {

// How guests stamp in one mode.
struct ModeStamp {
  StampKind kind = StampKind::kPlain;
  // What two stamps with nothing in between take. Above MostPairTicks() of
  // timer.h, reading the clock is trapped or emulated, and legs would measure
  // that.
  double pair_ticks = 0;
};

struct RunSettings {
  RunConfig config;
  uint32_t warmup_events = 1000;  // At most. A short run has fewer.
  ModeStamp kernel_stamp = {.kind = StampKind::kPlain};
  ModeStamp user_stamp = {.kind = StampKind::kFenced};
  double clock_khz = 0;
  // The step of the clock if it is coarse, else 0.
  double coarse_step_ticks = 0;
  ClockSync clock_sync;
  ProbeFindings cannot_run;

  const ModeStamp& StampOf(GuestMode mode) const {
    return mode == kKernelMode ? kernel_stamp : user_stamp;
  }
  HelperPlan Helpers() const {
    return {config.cpus, &clock_sync, clock_khz / 1000};
  }
  // Returns how many events a run of `row` makes, and how many before them.
  EventCounts EventsOf(const Case& row) const;
};

// Buffers, which are allocated and touched before anything is timed. Only the
// thread that makes them may use them.
struct RunTools {
  LoopSamples samples;
  LoopSamples control;
  Watchdog watchdog;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_RUN_SETTINGS_H_
