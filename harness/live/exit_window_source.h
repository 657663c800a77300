// What counts exits by reason in short windows, while VMs are watched.
#ifndef EXITBENCH_HARNESS_LIVE_EXIT_WINDOW_SOURCE_H_
#define EXITBENCH_HARNESS_LIVE_EXIT_WINDOW_SOURCE_H_

#include <sys/types.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "model/counts.h"

namespace exitbench {

// How windows are spread over the time. One begins in each period, at a moment
// that is drawn anew each time, so that nothing periodic in the guest is always
// within windows or never.
struct WindowPlan {
  absl::Duration open;    // How long a window is.
  absl::Duration period;  // Longer than `open`.
};

// Belongs to all VMs that are watched at the same time: their windows are the
// same, so that nothing that is done for one VM lies in the window of another.
// One thread calls it, and Open() and Close() in turn.
class ExitWindowSource {
 public:
  virtual ~ExitWindowSource() = default;

  // Is asked once, before the first window.
  virtual WindowPlan plan() const = 0;

  // Begins a window. It may take long before that. False: nothing can be
  // counted any more, and there is no window.
  virtual bool Open() = 0;

  // Ends the window. The source itself takes the time between, since what it
  // does to open and close is not part of the window. It may take long after
  // that. That VMs have ended meanwhile is no error.
  virtual void Close() = 0;

  // Is called between two windows: the VM at `index` has ended. What counted of
  // it stays, and later windows are not of it. The numbers of its threads may
  // be others' by then.
  virtual void Leave(size_t index) = 0;

  struct Taken {
    ExitWindows windows;
    std::vector<std::string> missing;  // As in LiveCounts.
  };
  // Returns what all windows counted of the VM at `index` of those that the
  // source was made for. It is called after the last window.
  virtual Taken Take(size_t index) = 0;
};

// Makes the source, before the watch begins. Of each VM it gets the threads
// that are taken for its vCPUs.
using ExitWindowFactory = std::function<std::unique_ptr<ExitWindowSource>(
    const std::vector<std::vector<pid_t>>& vcpu_threads)>;

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_EXIT_WINDOW_SOURCE_H_
