// What several vCPUs did at once, by their own stamps.
//
// A window is the time in which all of them ran: from the moment that the last
// one began until the first one was done. Only events that lie in it count.
#ifndef EXITBENCH_CASES_SUPPORT_WINDOWS_H_
#define EXITBENCH_CASES_SUPPORT_WINDOWS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "guest_blobs/abi.h"

namespace exitbench {

// The stamps of one vCPU, one for each event.
struct VcpuStamps {
  const GuestStamp* stamps = nullptr;
  // What its clock is ahead of the others'.
  uint64_t offset_ticks = 0;
};

// Adds up the windows of a run. Its memory does not grow with them.
class Windows {
 public:
  // Has room for the samples of a run.
  Windows();

  // Adds a window. Each of `vcpus` has made `events` events. kInternal, with
  // the number of the vCPU, if one has not: stamps are missing or go back.
  absl::Status Add(absl::Span<const VcpuStamps> vcpus, uint32_t events);

  // Returns the interquartile mean of what an event took. 0 if none counts.
  double EventTicks() const;
  // Returns the same of the windows' rates: events of all vCPUs, per tick.
  double EventsPerTick() const;
  // Returns the windows' part of the time from the first event to the last.
  double Overlap() const;

 private:
  std::vector<double> event_ticks_;
  std::vector<double> rates_;
  double in_windows_ticks_ = 0;
  double in_all_ticks_ = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_WINDOWS_H_
