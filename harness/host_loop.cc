#include "harness/host_loop.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "harness/timer.h"

namespace exitbench {

LoopEnd RunHostLoop(Machine& machine, const Case& row, uint32_t events,
                    absl::Duration time_limit, Watchdog& watchdog,
                    Samples& calls) {
  const HostLoop& loop = row.host_loop;
  const uint32_t keep_each = (events + kMaxSamples - 1) / kMaxSamples;
  if (absl::Status s = watchdog.Arm(machine.vcpu().run(), time_limit);
      !s.ok()) {
    return {Outcome::kFailed, std::string(s.message())};
  }
  LoopEnd end;
  for (uint32_t i = 0; i < events; ++i) {
    absl::Status status =
        loop.before == nullptr ? absl::OkStatus() : loop.before(machine);
    if (status.ok()) {
      const uint64_t before_ticks = StampFirst();
      const int result = loop.timed(machine);
      const uint64_t after_ticks = StampLast();
      const int error = errno;
      if (watchdog.fired()) {
        end = {Outcome::kTimeout,
               absl::StrCat("no end within ", absl::FormatDuration(time_limit),
                            " (after ", i, " events)")};
        break;
      }
      if (loop.after != nullptr) status = loop.after(machine, result, error);
      const uint64_t ticks = after_ticks - before_ticks;
      if (i % keep_each == 0) calls.raw.push_back(static_cast<double>(ticks));
      calls.histogram.Add(ticks);
    }
    if (!status.ok()) {
      // A hook that runs the guest is what the watchdog breaks.
      end = {watchdog.fired() ? Outcome::kTimeout : Outcome::kFailed,
             absl::StrCat(status.message(), " (after ", i, " events)")};
      break;
    }
  }
  watchdog.Disarm();
  return end;
}

}  // namespace exitbench
