// Reads what a session process reports, until it ends, hangs or is stopped.
#ifndef EXITBENCH_HARNESS_SESSION_GATHER_H_
#define EXITBENCH_HARNESS_SESSION_GATHER_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "harness/session/frame_taker.h"
#include "harness/session/session_process.h"

namespace exitbench {

enum class SessionEnd { kDone, kStopped, kHung, kDied };

// How long Gather() waits.
struct GatherLimits {
  absl::Duration silence;     // Without a frame for so long, it hangs.
  absl::Time deadline;        // Then it is asked to stop, as by a stop signal.
  absl::Duration time_limit;  // It has so long to stop.
};

// Hands each frame of `process` to `taker`, until that is done. Returns how it
// ended. It neither kills nor reaps the process. The error is that of `taker`,
// of a frame that is corrupt, or of a system call.
absl::StatusOr<SessionEnd> Gather(SessionProcess& process,
                                  const GatherLimits& limits,
                                  FrameTaker& taker);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_GATHER_H_
