// Counts the exits of live VMs' vCPUs by reason, by perf_event_open(2) on
// the kernel's tracepoints kvm:kvm_exit and kvm:kvm_userspace_exit.
//
// A tracepoint that somebody has opened makes each exit of every VM on the host
// longer, even while it does not count. So events are opened for each window
// anew, and closed after it. tests/bench/exit_window_cost.cc measures how much
// longer exits are meanwhile. The default plan follows from that.
//
// To begin and end counting, the CPU of a running thread is interrupted, which
// is an exit that may count too. So each window is followed by an empty one,
// which has the same interrupts and no time between, and what that counts is
// taken off.
#ifndef EXITBENCH_HARNESS_LIVE_EXIT_WINDOWS_H_
#define EXITBENCH_HARNESS_LIVE_EXIT_WINDOWS_H_

#include <sys/types.h>

#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "harness/live/exit_window_source.h"
#include "vmm/host/backend.h"

namespace exitbench {

// While events count, the shortest exit takes three times as long. So a VM that
// spends 30% of its time in exits loses 0.6% by this: see docs/model.md.
inline constexpr WindowPlan kExitWindowPlan = {.open = absl::Milliseconds(10),
                                               .period = absl::Seconds(1)};

// The reason of exits of no kind: see exit_kinds.h.
inline constexpr char kOtherReason[] = "other";

// Makes what counts the exits of VMs by the threads of their vCPUs, on a host
// with `backend`. It opens all events once, to see that it may, and closes
// them. The soft limit of open files is raised if it has to be. What can't be
// counted is said by Take(), in one line.
std::unique_ptr<ExitWindowSource> OpenExitWindows(
    const BackendInfo& backend,
    const std::vector<std::vector<pid_t>>& vcpu_threads,
    const WindowPlan& plan);

// The same for this host and the default plan: an ExitWindowFactory.
std::unique_ptr<ExitWindowSource> MakeExitWindows(
    const std::vector<std::vector<pid_t>>& vcpu_threads);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_EXIT_WINDOWS_H_
