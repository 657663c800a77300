// How many events a run makes besides those asked for: to warm up, and in the
// control. harness/run makes them, and harness/plan/budget.h plans for them.
#ifndef EXITBENCH_HARNESS_SETTINGS_EVENT_COUNTS_H_
#define EXITBENCH_HARNESS_SETTINGS_EVENT_COUNTS_H_

#include <algorithm>
#include <cstdint>

namespace exitbench {

// How many events one run makes.
struct EventCounts {
  uint32_t events = 0;
  uint32_t warmup = 0;  // Before them.
  // Whether an event fits into a trace.
  bool traceable = true;
};

inline constexpr uint32_t kMostWarmupEvents = 1000;

// Returns how many events warm up a run of `events`: a quarter, but 10 or more
// and `most` or fewer. A short run is not to spend half its time on that. A
// case that uses much memory needs more.
inline uint32_t UsualWarmupEvents(uint32_t events, uint32_t most) {
  constexpr uint32_t kPart = 4;
  constexpr uint32_t kLeast = 10;
  return std::min({events, std::max(events / kPart, kLeast), most});
}

// Returns how many events the control makes for a run of `events` in batches of
// `batch`, after one batch to warm up: a quarter, but one batch and 250 or
// more. The control makes no exits and varies little, so that is enough.
inline uint32_t ControlEvents(uint32_t events, uint32_t batch) {
  constexpr uint32_t kPart = 4;
  constexpr uint32_t kLeast = 250;
  return std::max({events / kPart, batch, std::min(events, kLeast)});
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_EVENT_COUNTS_H_
