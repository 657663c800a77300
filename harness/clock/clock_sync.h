// Whether the clocks that two CPUs stamp by agree.
//
// Threads on both pass a token back and forth. A stamp taken on the other CPU
// lies between two of this one's; each pass bounds the difference between the
// counters, and the tightest bounds of all are kept. Counters that differ by
// more than a pass takes are found out; smaller differences can't be told from
// the way of the token. Where the bounds stayed wide, since the threads were
// never on both CPUs at once, nothing was found out, and stamps of the two are
// not compared.
#ifndef EXITBENCH_HARNESS_CLOCK_CLOCK_SYNC_H_
#define EXITBENCH_HARNESS_CLOCK_CLOCK_SYNC_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace exitbench {

// The other CPU's counter less this one's lies in [least, most] ticks.
struct ClockDifference {
  int64_t least_ticks = INT64_MIN;
  int64_t most_ticks = INT64_MAX;

  // A pass: sent at `left`, stamped there at `there`, back at `back`.
  void Narrow(uint64_t left, uint64_t there, uint64_t back);
  // False only if the counters are shown to be apart.
  bool MayBeZero() const { return least_ticks <= 0 && most_ticks >= 0; }
  // False if no pass bounded it.
  bool IsBounded() const {
    return least_ticks != INT64_MIN && most_ticks != INT64_MAX;
  }
  // How far apart the bounds are.
  uint64_t WidthTicks() const {
    return static_cast<uint64_t>(most_ticks) -
           static_cast<uint64_t>(least_ticks);
  }
};

// Bounds wider than this compare nothing: a time slice is a thousand times as
// much, a pass between two CPUs a few hundred ticks.
inline constexpr uint64_t kMostWidthTicks = 10000;

// By CPU: what its counter may differ by from the first one of `cpus`.
class ClockSync {
 public:
  ClockSync() = default;
  // `to`, by CPU, are the differences from `first`.
  ClockSync(int first, std::map<int, ClockDifference> to)
      : first_(first), to_(std::move(to)) {}
  // Measures, which takes some milliseconds for each CPU. Leaves the calling
  // thread pinned as it was. Where a thread can't be had or pinned, there are
  // no bounds.
  static ClockSync Measure(const std::vector<int>& cpus);

  // Empty if stamps of `a` and `b` may be compared, else why not: the counters
  // are apart, or the bounds are missing or wider than kMostWidthTicks.
  std::string Apart(int a, int b) const;
  // "CPU 1 to 0: -120 to 96 ticks"; for the record. Empty for one CPU.
  std::string ToString() const;

 private:
  int first_ = -1;
  std::map<int, ClockDifference> to_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_CLOCK_CLOCK_SYNC_H_
