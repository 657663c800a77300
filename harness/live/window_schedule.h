// When the windows of an ExitWindowSource open and close.
#ifndef EXITBENCH_HARNESS_LIVE_WINDOW_SCHEDULE_H_
#define EXITBENCH_HARNESS_LIVE_WINDOW_SCHEDULE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <random>

#include "absl/time/time.h"
#include "harness/live/exit_window_source.h"
#include "model/counts.h"

namespace exitbench {

// Times are those of one clock that never steps, from any beginning.
class WindowSchedule {
 public:
  // The first period begins at `now`. The same `seed` draws the same moments.
  WindowSchedule(std::unique_ptr<ExitWindowSource> source, absl::Duration now,
                 uint64_t seed);

  // Returns when Step() is to be called next. Infinite: never.
  absl::Duration next() const { return next_; }

  bool open() const { return open_; }

  // Opens or closes the window, if `now()` says that it is time. A window that
  // could not open in its period is left out. It stays open as long as planned,
  // however long it takes to open it.
  void Step(const std::function<absl::Duration()>& now);

  // Closes a window that is open. There are no more.
  void Stop();

  // The source's VM at `index` has ended. No window may be open.
  void Leave(size_t index);

  // Adds to `counts` what was counted of the source's VM at `index`. Call
  // Stop() first.
  void Take(size_t index, LiveCounts& counts);

 private:
  void Draw();

  std::unique_ptr<ExitWindowSource> source_;
  WindowPlan plan_;
  std::mt19937_64 random_;
  absl::Duration period_begin_;
  absl::Duration next_;
  bool open_ = false;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_WINDOW_SCHEDULE_H_
