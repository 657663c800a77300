// How many events a run makes beside those asked for: while it warms up, and in
// the control twin. run_case makes them, budget plans for them.
#ifndef EXITBENCH_HARNESS_SETTINGS_EVENT_COUNTS_H_
#define EXITBENCH_HARNESS_SETTINGS_EVENT_COUNTS_H_

#include <algorithm>
#include <cstdint>

namespace exitbench {

// How many events one run makes.
struct EventCounts {
  uint32_t events = 0;
  uint32_t warmup = 0;  // Before them.
};

inline constexpr uint32_t kMostWarmupEvents = 1000;

// Before a run of `events`: a part of them, `most` at most. A short run is not
// to spend half its time on warming up. Cases that go over memory need more.
inline uint32_t UsualWarmupEvents(uint32_t events, uint32_t most) {
  constexpr uint32_t kPart = 4;
  constexpr uint32_t kLeast = 10;
  return std::min({events, std::max(events / kPart, kLeast), most});
}

// Of the control twin of a run of `events` in batches of `batch`, after one
// batch to warm up. A twin has no exits and varies little: fewer will do.
inline uint32_t ControlEvents(uint32_t events, uint32_t batch) {
  constexpr uint32_t kPart = 4;
  constexpr uint32_t kLeast = 250;
  return std::max({events / kPart, batch, std::min(events, kLeast)});
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SETTINGS_EVENT_COUNTS_H_
