#include "harness/session/gather.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/session/frames.h"
#include "harness/session/stop_signals.h"

namespace exitbench {

absl::StatusOr<SessionEnd> Gather(SessionProcess& process,
                                  const GatherLimits& limits,
                                  FrameTaker& taker) {
  FrameReader reader;
  absl::Time deadline = absl::Now() + limits.silence;
  bool asked = false;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    if ((StopSignals::Last() != 0 || absl::Now() >= limits.deadline) &&
        !asked) {
      process.AskToStop();
      asked = true;
      // The user waits for the guest that runs, but no longer than its time
      // limit.
      deadline = std::min(deadline, absl::Now() + limits.time_limit);
    }
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return asked ? SessionEnd::kStopped : SessionEnd::kHung;
    }
    pollfd waiting = {process.fd(), POLLIN, 0};
    const int ready = poll(&waiting, 1,
                           static_cast<int>(absl::ToInt64Milliseconds(
                               std::min(left, absl::Milliseconds(200)))));
    if (ready < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "poll");
    ssize_t n = 0;
    if (ready > 0) {
      n = read(process.fd(), chunk.data(), chunk.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return absl::ErrnoToStatus(errno, "read from a session");
    } else if (!process.HasEnded() || poll(&waiting, 1, 0) != 0) {
      continue;
    }
    // Here the pipe is at its end, or the process is gone and a child of its
    // that is stuck in the kernel holds the pipe open.
    if (n == 0) {
      if (asked || StopSignals::Last() != 0) return SessionEnd::kStopped;
      return SessionEnd::kDied;
    }
    reader.Add(absl::string_view(chunk.data(), static_cast<size_t>(n)));
    if (!asked) deadline = absl::Now() + limits.silence;
    for (;;) {
      EB_ASSIGN_OR_RETURN(std::optional<Frame> frame, reader.Next());
      if (!frame.has_value()) break;
      EB_RETURN_IF_ERROR(taker.Take(*frame));
    }
    // Such a child may also hold the pipe of a session that is done.
    if (taker.done()) return SessionEnd::kDone;
  }
}

}  // namespace exitbench
