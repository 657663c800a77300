// What counts exits by reason in short windows, while a VM is watched.
#ifndef EXITBENCH_HARNESS_LIVE_EXIT_WINDOW_SOURCE_H_
#define EXITBENCH_HARNESS_LIVE_EXIT_WINDOW_SOURCE_H_

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "harness/live/live_vm.h"
#include "model/counts.h"

namespace exitbench {

// How windows are spread over the time. One begins in each period, at a moment
// that is drawn anew each time, so that nothing periodic in the guest is always
// within windows or never.
struct WindowPlan {
  absl::Duration open;    // How long a window is.
  absl::Duration period;  // Longer than `open`.
};

// Belongs to one VM. One thread calls it, and Open() and Close() in turn.
class ExitWindowSource {
 public:
  virtual ~ExitWindowSource() = default;

  // Is asked once, before the first window.
  virtual WindowPlan plan() const = 0;

  // Begins a window. After an error there are no more windows; its message is
  // one of LiveCounts::missing.
  virtual absl::Status Open() = 0;

  // Ends the window. The source itself takes the time between, since what it
  // does to open and close is not part of the window. That the VM has ended
  // meanwhile is no error.
  virtual absl::Status Close() = 0;

  struct Taken {
    ExitWindows windows;
    std::vector<std::string> missing;  // As in LiveCounts.
  };
  // Returns what all windows counted. It is called once, after the last one.
  virtual Taken Take() = 0;
};

// Makes the source of a VM, before the watch begins. `vcpu_threads` are the
// threads that are taken for its vCPUs. The message of an error is one of
// LiveCounts::missing.
using ExitWindowFactory =
    std::function<absl::StatusOr<std::unique_ptr<ExitWindowSource>>(
        const LiveVm& vm, const std::vector<pid_t>& vcpu_threads)>;

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_EXIT_WINDOW_SOURCE_H_
