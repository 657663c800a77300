// Whether the clocks of two CPUs agree.
//
// A thread on each CPU passes a token to the other and back. The stamp of the
// other CPU lies between two stamps of this one, so each pass bounds the
// difference between the clocks. The tightest bounds are kept. They show a
// difference that is larger than a pass takes, and hide a smaller one.
//
// The bounds stay wide where the two threads never ran at the same time. Then
// nothing is known, and stamps of the two CPUs are not compared.
#ifndef EXITBENCH_HARNESS_CLOCK_CLOCK_SYNC_H_
#define EXITBENCH_HARNESS_CLOCK_CLOCK_SYNC_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace exitbench {

// Bounds on what the other CPU's clock is ahead of this one's, in ticks.
struct ClockDifference {
  int64_t least_ticks = INT64_MIN;
  int64_t most_ticks = INT64_MAX;

  // Adds a pass that was sent at `left` and came back at `back` by this clock,
  // and was stamped `there` by the other.
  void Narrow(uint64_t left, uint64_t there, uint64_t back);
  // Returns false only if the clocks are shown to differ.
  bool MayBeZero() const { return least_ticks <= 0 && most_ticks >= 0; }
  // Returns whether any pass bounded it.
  bool IsBounded() const {
    return least_ticks != INT64_MIN && most_ticks != INT64_MAX;
  }
  // Returns how far apart the bounds are.
  uint64_t WidthTicks() const {
    return static_cast<uint64_t>(most_ticks) -
           static_cast<uint64_t>(least_ticks);
  }
};

// The bounds of each CPU's clock against that of one CPU, the first.
class ClockSync {
 public:
  ClockSync() = default;
  // `to` has the bounds of each other CPU against `first`.
  ClockSync(int first, std::map<int, ClockDifference> to)
      : first_(first), to_(std::move(to)) {}
  // Compares each of `cpus` with the first, for at most 200 ms each. The
  // calling thread runs where it may as before. A CPU is without bounds where
  // no thread can be made or pinned.
  static ClockSync Measure(const std::vector<int>& cpus);

  // Returns why stamps of CPUs `a` and `b` may not be compared: the clocks
  // differ, or the bounds are missing or wider than MostSyncTicks() of timer.h.
  // Empty if they may.
  std::string Apart(int a, int b) const;
  // Returns the bounds for results files: "CPU 1 to 0: -120 to 96 ticks". Empty
  // for one CPU.
  std::string ToString() const;

 private:
  int first_ = -1;
  std::map<int, ClockDifference> to_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_CLOCK_CLOCK_SYNC_H_
