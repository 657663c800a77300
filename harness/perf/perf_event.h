// One event of perf_event_open(2), and what its errors mean.
#ifndef EXITBENCH_HARNESS_PERF_PERF_EVENT_H_
#define EXITBENCH_HARNESS_PERF_PERF_EVENT_H_

#include <linux/perf_event.h>
#include <sys/types.h>

#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"

namespace exitbench {

// What an event counts. As it is: the calling thread, on every CPU.
struct PerfPlace {
  pid_t thread = 0;  // By its number; 0: the calling one.
  int cpu = -1;      // -1: every one.
  int leader = -1;   // The event whose group it joins; -1: a group of its own.
};

// Owns an event of a thread. Move-only.
class PerfEvent {
 public:
  // Opens `attributes`. kPermissionDenied: this process may not.
  // kUnimplemented: this host has no such event, for example since it has no
  // PMU. kNotFound: the thread has ended. kResourceExhausted: this process has
  // as many files open as it may.
  static absl::StatusOr<PerfEvent> Open(perf_event_attr attributes,
                                        const PerfPlace& place);

  // The same of the calling thread on `cpu`, or on every CPU if it is -1.
  static absl::StatusOr<PerfEvent> Open(perf_event_attr attributes, int cpu) {
    return Open(attributes, PerfPlace{.cpu = cpu});
  }

  // Begin and end counting. They can't fail for an event that was opened.
  void Enable() const;
  void Disable() const;

  // Returns the count since it was opened. It is scaled up if the event had to
  // share its counter. kUnavailable: it never had a counter.
  absl::StatusOr<double> Read() const;

  int fd() const { return fd_.get(); }

 private:
  explicit PerfEvent(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

// Returns attributes of an event that is off at first and which threads and
// processes that are started later have too.
perf_event_attr PerfAttributes(uint32_t type, uint64_t config);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_PERF_EVENT_H_
