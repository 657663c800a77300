// How many events a run makes on an instruction-counting host.
//
// There each instruction takes the emulator tens of nanoseconds. An event that
// waits for the host's scheduler takes a quarter of a second or more. But
// counts repeat, so a few events show as much as many.
//
// The pilot runs one event to see how many instructions it takes. If these are
// too many it runs a second one, since the first may include the set-up of the
// VM.
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

// How many instructions the events of one run may take, and the least events.
inline constexpr double kMostRunInstructions = 20e6;
inline constexpr uint32_t kLeastRunEvents = 2;
// The same where they are traced, since that takes long.
inline constexpr double kMostTracedInstructions = 5e5;
// How many instructions warming up may take, the pilot included.
inline constexpr double kMostWarmupInstructions = 5e6;

// Returns `wanted`, halved until its events take at most `most_instructions` if
// one event takes `event_ticks`. At least kLeastRunEvents, unless fewer are
// wanted. It is halved so that two kernels with nearly the same counts get the
// same number of events. With fewer events there is also less to warm up.
EventCounts FitInstructions(EventCounts wanted, double event_ticks,
                            double most_instructions = kMostRunInstructions);

// Returns the same for a run that is traced: one event where a trace does not
// have room for two.
EventCounts FitTrace(EventCounts wanted, double event_ticks);

// Run the pilot and lower `counts`, for a run that is traced if `traced`. They
// use the buffers of `samples`. Errors are as of RunGuestLoop() and
// RunHostLoop().
absl::Status PilotGuestLoop(Machine& machine, const Case& row, LoopPlan plan,
                            Watchdog& watchdog, LoopSamples& samples,
                            bool traced, EventCounts& counts);
absl::Status PilotHostLoop(Machine& machine, const Case& row,
                           absl::Duration time_limit, Watchdog& watchdog,
                           LoopSamples& samples, bool traced,
                           EventCounts& counts);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_PILOT_H_
