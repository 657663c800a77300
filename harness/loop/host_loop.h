// Runs a case whose event is a call that the host makes.
#ifndef EXITBENCH_HARNESS_LOOP_HOST_LOOP_H_
#define EXITBENCH_HARNESS_LOOP_HOST_LOOP_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "cases/case.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/region.h"
#include "harness/loop/watchdog.h"

namespace exitbench {

// Runs `events` events of `row` and adds the ticks of each to kHostBatch of
// `samples`, and those of each of its steps, if it has any, to samples.steps.
// Unless `trace_name` is empty each call is a trace of that name: see
// trace_mark.h. `region`, if any, has each call within it; timed runs have
// none. Errors are as of RunGuestLoop().
absl::Status RunHostLoop(Machine& machine, const Case& row, uint32_t events,
                         absl::Duration time_limit, Watchdog& watchdog,
                         LoopSamples& samples,
                         absl::string_view trace_name = "",
                         Region* region = nullptr);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_HOST_LOOP_H_
