// Several events of one thread on tracepoints, which begin and end together.
#ifndef EXITBENCH_HARNESS_PERF_TRACEPOINT_GROUP_H_
#define EXITBENCH_HARNESS_PERF_TRACEPOINT_GROUP_H_

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "harness/perf/perf_event.h"

namespace exitbench {

// What one event counts.
struct TracepointEvent {
  uint64_t number = 0;  // The tracepoint's: see KvmTracepoint().
  std::string filter;   // See SetTracepointFilter(). Empty: all counts.
};

// Owns a file for each event. Counting costs the thread time at the tracepoint
// and at each switch to it and from it. One call begins or ends all of them: if
// the thread runs on another CPU, that is interrupted for it.
class TracepointGroup {
 public:
  // Opens `events` of `thread` (0: the calling one), which do not count yet.
  // Not those of threads that it starts later. The first leads the group. The
  // errors are those of PerfEvent::Open() and SetTracepointFilter().
  static absl::StatusOr<TracepointGroup> Open(
      pid_t thread, absl::Span<const TracepointEvent> events);

  TracepointGroup(TracepointGroup&&) = default;
  TracepointGroup& operator=(TracepointGroup&&) = delete;
  // The leader goes last: without it the others would count.
  ~TracepointGroup();

  // Begin and end counting. That the thread has ended is no error.
  void Enable() const { events_.front().Enable(); }
  void Disable() const { events_.front().Disable(); }

  // Returns the count of each event since it was opened, in their order. An
  // ended thread keeps its counts.
  absl::StatusOr<std::vector<uint64_t>> Read() const;

  size_t size() const { return events_.size(); }

 private:
  TracepointGroup() = default;

  std::vector<PerfEvent> events_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_TRACEPOINT_GROUP_H_
