// How many events a run makes on a host that counts instructions.
//
// There an instruction costs the emulator's time, tens of nanoseconds, whatever
// it would take on hardware: an event that waits for the host's scheduler takes
// a quarter of a second or more. But counts repeat, so a few events tell what
// many would. One event is run to see what it takes; if that is too much, one
// more, since the first of a VM may have had to make it all ready.
#ifndef EXITBENCH_HARNESS_SETTINGS_PILOT_H_
#define EXITBENCH_HARNESS_SETTINGS_PILOT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cases/case.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/watchdog.h"
#include "harness/settings/event_counts.h"
#include "vmm/machine.h"

namespace exitbench {

// Instructions that the events of one run may take.
inline constexpr double kMostRunInstructions = 20e6;
inline constexpr uint32_t kLeastRunEvents = 2;
// The same of warming up. The pilot is part of that.
inline constexpr double kMostWarmupInstructions = 5e6;

// `wanted`, halved until the events take no more than kMostCountedTicks if one
// takes `event_ticks`; kLeastCountedEvents at least, unless fewer are wanted.
// Halved, so that two kernels of nearly the same counts make the same number of
// events. Where they are fewer than wanted, so is what warms up.
EventCounts FitInstructions(EventCounts wanted, double event_ticks);

// Run one event, or two, and lower `counts`. What `samples` hold afterwards is
// of no use.
absl::Status PilotGuestLoop(Machine& machine, const Case& row, LoopPlan plan,
                            Watchdog& watchdog, LoopSamples& samples,
                            EventCounts& counts);
absl::Status PilotHostLoop(Machine& machine, const Case& row,
                           absl::Duration time_limit, Watchdog& watchdog,
                           LoopSamples& samples, EventCounts& counts);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_PILOT_H_
