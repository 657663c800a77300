#include "harness/settings/pilot.h"

#include <algorithm>

#include "base/status_macros.h"
#include "harness/clock/arch/timer.h"
#include "harness/loop/host_loop.h"
#include "hosts/trace_format.h"

namespace exitbench {
namespace {

// Lowers `counts` by a pilot. `run_event` runs one event and sets what it took.
template <typename RunEvent>
absl::Status Pilot(bool traced, EventCounts& counts, RunEvent run_event) {
  const EventCounts wanted = counts;
  for (int tries = 0; tries < 2; ++tries) {
    double event_ticks = 0;
    EB_RETURN_IF_ERROR(run_event(event_ticks));
    counts = traced ? FitTrace(wanted, event_ticks)
                    : FitInstructions(wanted, event_ticks);
    if (counts.events == wanted.events) break;
  }
  return absl::OkStatus();
}

}  // namespace

EventCounts FitInstructions(EventCounts wanted, double event_ticks,
                            double most_instructions) {
  EventCounts counts = wanted;
  while (counts.events > kLeastRunEvents &&
         counts.events * event_ticks > most_instructions) {
    counts.events = std::max(counts.events / 2, kLeastRunEvents);
  }
  if (counts.events < wanted.events) {
    const double affordable = kMostWarmupInstructions / event_ticks;
    counts.warmup = static_cast<uint32_t>(
        std::min<double>(std::min(counts.events, wanted.warmup), affordable));
  }
  return counts;
}

EventCounts FitTrace(EventCounts wanted, double event_ticks) {
  EventCounts counts =
      FitInstructions(wanted, event_ticks, kMostTracedInstructions);
  if (counts.events * event_ticks > EB_TRACE_MOST_INSTRUCTIONS) {
    counts.events = 1;
  }
  counts.traceable = event_ticks <= EB_TRACE_MOST_INSTRUCTIONS;
  return counts;
}

absl::Status PilotGuestLoop(Machine& machine, const Case& row, LoopPlan plan,
                            Watchdog& watchdog, LoopSamples& samples,
                            bool traced, EventCounts& counts) {
  plan.events = plan.batch = 1;
  return Pilot(traced, counts, [&](double& event_ticks) {
    samples.Clear();
    const absl::Status end =
        RunGuestLoop(machine, row, plan, watchdog, samples);
    event_ticks = samples.batch_ticks;
    return end;
  });
}

absl::Status PilotHostLoop(Machine& machine, const Case& row,
                           absl::Duration time_limit, Watchdog& watchdog,
                           LoopSamples& samples, bool traced,
                           EventCounts& counts) {
  return Pilot(traced, counts, [&](double& event_ticks) {
    samples.Clear();
    const uint64_t before_ticks = StampFirst();
    const absl::Status end =
        RunHostLoop(machine, row, 1, time_limit, watchdog, samples);
    event_ticks = static_cast<double>(StampLast() - before_ticks);
    return end;
  });
}

}  // namespace exitbench
