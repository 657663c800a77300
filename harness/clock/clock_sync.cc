#include "harness/clock/clock_sync.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/cpus.h"
#include "harness/clock/arch/timer.h"

namespace exitbench {
namespace {

constexpr int kMostPasses = 20000;
// A pass takes a whole time slice where both threads have one CPU in truth, as
// in a VM that is given too few.
constexpr absl::Duration kMostTime = absl::Milliseconds(200);

constexpr absl::Duration kNap = absl::Microseconds(100);

// Bounds the difference between the clocks of `here` and `there_cpu`. The token
// is even while it is here, odd while it is there, and negative at the end.
ClockDifference MeasurePair(int here, int there_cpu) {
  ClockDifference difference;
  std::atomic<int> token = 0;
  std::atomic<uint64_t> there_ticks = 0;
  std::atomic<bool> pinned = true;
  std::atomic<bool> there_now = false;
  auto answer = [&] {
    pinned = PinThisThread(there_cpu).ok();
    there_now = true;
    for (int turn = 1;; turn += 2) {
      int now;
      while ((now = token.load(std::memory_order_acquire)) >= 0 && now < turn) {
      }
      if (now < 0) return;
      there_ticks.store(StampFirst(), std::memory_order_relaxed);
      token.store(turn + 1, std::memory_order_release);
    }
  };
  std::thread there;
  try {
    there = std::thread(answer);
  } catch (const std::system_error&) {
    return difference;
  }
  // The thread begins on this CPU. Under a real-time policy it would never run
  // there while this thread spins.
  while (!there_now) absl::SleepFor(kNap);
  if (PinThisThread(here).ok()) {
    const absl::Time deadline = absl::Now() + kMostTime;
    for (int i = 0; i < kMostPasses && absl::Now() < deadline; ++i) {
      const uint64_t left = StampFirst();
      token.store(2 * i + 1, std::memory_order_release);
      while (token.load(std::memory_order_acquire) != 2 * i + 2) {
      }
      const uint64_t back = StampLast();
      difference.Narrow(left, there_ticks.load(std::memory_order_relaxed),
                        back);
    }
  } else {
    pinned = false;
  }
  token.store(-1, std::memory_order_release);
  there.join();
  return pinned ? difference : ClockDifference();
}

}  // namespace

void ClockDifference::Narrow(uint64_t left, uint64_t there, uint64_t back) {
  least_ticks = std::max(least_ticks, static_cast<int64_t>(there - back));
  most_ticks = std::min(most_ticks, static_cast<int64_t>(there - left));
}

ClockSync ClockSync::Measure(const std::vector<int>& cpus) {
  ClockSync sync;
  if (cpus.size() < 2) return sync;
  const absl::StatusOr<CpuSet> before = CpuSet::OfThisThread();
  // Then this thread could not be put back.
  if (!before.ok()) return sync;
  sync.first_ = cpus[0];
  for (size_t i = 1; i < cpus.size(); ++i) {
    sync.to_[cpus[i]] = MeasurePair(cpus[0], cpus[i]);
  }
  (void)before->BindThisThread();
  return sync;
}

std::string ClockSync::Apart(int a, int b) const {
  if (a == b) return "";
  for (int cpu : {a, b}) {
    if (cpu == first_) continue;
    const auto found = to_.find(cpu);
    if (found == to_.end() || !found->second.IsBounded()) {
      return absl::StrFormat("the %ss of CPUs %d and %d were not compared",
                             kClockName, a, b);
    }
    if (!found->second.MayBeZero()) {
      return absl::StrFormat(
          "the %ss of CPUs %d and %d are apart by %d to %d ticks", kClockName,
          first_, cpu, found->second.least_ticks, found->second.most_ticks);
    }
    if (found->second.WidthTicks() > MostSyncTicks()) {
      return absl::StrFormat(
          "the %ss of CPUs %d and %d could be compared to within %d ticks "
          "only",
          kClockName, first_, cpu, found->second.WidthTicks());
    }
  }
  return "";
}

std::string ClockSync::ToString() const {
  std::vector<std::string> parts;
  for (const auto& [cpu, difference] : to_) {
    if (!difference.IsBounded()) {
      parts.push_back(
          absl::StrFormat("CPU %d to %d: not compared", cpu, first_));
      continue;
    }
    parts.push_back(absl::StrFormat("CPU %d to %d: %d to %d ticks", cpu, first_,
                                    difference.least_ticks,
                                    difference.most_ticks));
  }
  return absl::StrJoin(parts, "; ");
}

}  // namespace exitbench
