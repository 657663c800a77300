// Watches live VMs for a while, and returns what they counted in that time.
#ifndef EXITBENCH_HARNESS_LIVE_WATCH_H_
#define EXITBENCH_HARNESS_LIVE_WATCH_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "harness/live/exit_window_source.h"
#include "harness/live/live_vm.h"
#include "model/counts.h"

namespace exitbench {

struct WatchOptions {
  absl::Duration time = absl::Seconds(10);
  // Is asked every 100 ms, and after each signal. True ends the watch with what
  // was counted so far, for example after SIGINT. May be empty.
  std::function<bool()> stopped;
  // Counts exits by reason. May be empty: none are.
  ExitWindowFactory windows;
  // Is put before all paths. It is empty except in tests.
  std::string root;
};

// Watches `vms` at the same time, from FindVmsOf() or FindAllVms(), and returns
// the counts of each, in their order. Times are those of CLOCK_MONOTONIC, from
// the first reading of a VM to its last one.
//
// A VM that ends meanwhile is noticed within 100 ms, and its last reading
// counts. That was at most 100 ms before, or 200 times what a reading takes.
// One that had ended before the first reading has `ended` and no counts.
// kNotFound: all had. Any other error: no VM could be read.
//
// The soft limit of open files is raised to the hard one.
absl::StatusOr<std::vector<LiveCounts>> WatchVms(const std::vector<LiveVm>& vms,
                                                 const WatchOptions& options);

// The same of one VM.
absl::StatusOr<LiveCounts> WatchVm(const LiveVm& vm,
                                   const WatchOptions& options);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_WATCH_H_
