// Counts exits of the calling thread's guest by their reason: a perf event on
// the kernel's tracepoint kvm:kvm_exit, filtered by its fields.
#ifndef EXITBENCH_HARNESS_PERF_TRACEPOINT_H_
#define EXITBENCH_HARNESS_PERF_TRACEPOINT_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "harness/loop/region.h"
#include "harness/perf/perf_event.h"

namespace exitbench {

// Returns the number of a tracepoint of KVM's by its name ("kvm_exit"), by
// tracefs, which is looked for in the two places where it is mounted. `root` is
// put before all paths. It is empty except in tests. kUnimplemented: it is in
// neither. kPermissionDenied: this process may not read it. Both say what would
// help.
absl::StatusOr<uint64_t> KvmTracepoint(absl::string_view name,
                                       const std::string& root = "");

// The same of kvm:kvm_exit.
absl::StatusOr<uint64_t> ExitTracepoint(const std::string& root = "");

// Has only what passes `filter` count in `event`, which is one of a tracepoint.
// For the syntax see Documentation/trace/events.rst, section 5. kUnimplemented:
// the tracepoint of this kernel has no such fields.
absl::Status SetTracepointFilter(const PerfEvent& event,
                                 const std::string& filter);

// Counts what passes the filter within regions.
//
// While one is open each exit of every guest on this host runs a little more of
// the kernel. So none is open while anything is timed.
class ExitCounter : public Region {
 public:
  // Opens the tracepoint for the calling thread. What passes `filter` counts,
  // for example "exit_reason == 10". Call it before the seccomp filter is
  // installed. The errors are those of ExitTracepoint() and PerfEvent::Open(),
  // with what is missing. kUnimplemented: the tracepoint of this kernel has no
  // such fields.
  static absl::StatusOr<ExitCounter> Open(const std::string& filter);

  void Enter() override { event_.Enable(); }
  void Leave() override { event_.Disable(); }

  // Returns the count since the last call.
  absl::StatusOr<double> Take();

 private:
  explicit ExitCounter(PerfEvent event) : event_(std::move(event)) {}

  PerfEvent event_;
  double taken_ = 0;
};

// Checks that an ExitCounter can be opened for `filter`, by opening one.
absl::Status CheckMayCountExits(const std::string& filter);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_TRACEPOINT_H_
