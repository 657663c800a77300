#include "harness/live/watch.h"

#include <time.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "harness/live/file_limit.h"
#include "harness/live/watched_vm.h"
#include "harness/live/window_schedule.h"

namespace exitbench {
namespace {

constexpr absl::Duration kSlice = absl::Milliseconds(100);

struct Watch {
  WatchedVm vm;
  // Its place among those whose exits are counted by reason. Absent: it had
  // ended before.
  std::optional<size_t> in_windows = {};
};

// Types are needed for counters in debugfs only.
StatisticTypes TypesFor(const std::vector<LiveVm>& vms) {
  const bool any_folder =
      std::any_of(vms.begin(), vms.end(),
                  [](const LiveVm& vm) { return !vm.folders.empty(); });
  return any_folder ? TypesOfThisKernel().value_or(StatisticTypes())
                    : StatisticTypes();
}

// Makes the windows in which exits of all VMs are counted by reason.
std::optional<WindowSchedule> MakeWindows(const ExitWindowFactory& factory,
                                          std::vector<Watch>& watches) {
  if (!factory) return std::nullopt;
  std::vector<std::vector<pid_t>> vms;
  for (Watch& watch : watches) {
    if (watch.vm.ended()) continue;
    const std::set<pid_t> threads = watch.vm.FindVcpuThreads().threads;
    watch.in_windows = vms.size();
    vms.emplace_back(threads.begin(), threads.end());
  }
  return WindowSchedule(factory(vms), MonotonicNow(), std::random_device()());
}

// A signal ends it early.
void SleepUntil(absl::Duration moment) {
  const timespec until = absl::ToTimespec(moment);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

// Returns whether all have ended. No window is open.
bool PollAll(std::vector<Watch>& watches,
             std::optional<WindowSchedule>& windows) {
  bool all_ended = true;
  for (Watch& watch : watches) {
    const bool had_ended = watch.vm.ended();
    watch.vm.Poll();
    all_ended = all_ended && watch.vm.ended();
    if (windows.has_value() && watch.vm.ended() && !had_ended) {
      windows->Leave(watch.in_windows.value());
    }
  }
  return all_ended;
}

bool IsOpen(const std::optional<WindowSchedule>& windows) {
  return windows.has_value() && windows->open();
}

// A reading would make a window longer, and so waits for its end.
absl::Duration NextStep(absl::Duration end, absl::Duration next_poll,
                        const std::optional<WindowSchedule>& windows) {
  if (!windows.has_value()) return std::min(end, next_poll);
  if (windows->open()) return std::min(end, windows->next());
  return std::min({end, next_poll, windows->next()});
}

void WatchUntil(absl::Duration end, const std::function<bool()>& stopped,
                std::optional<WindowSchedule>& windows,
                std::vector<Watch>& watches) {
  absl::Duration next_poll = MonotonicNow() + kSlice;
  for (;;) {
    if (stopped && stopped()) return;
    SleepUntil(NextStep(end, next_poll, windows));
    if (windows.has_value()) windows->Step(MonotonicNow);
    const absl::Duration now = MonotonicNow();
    if (now >= end) return;
    if (now < next_poll || IsOpen(windows)) continue;
    if (PollAll(watches, windows)) return;
    next_poll = now + kSlice;
  }
}

// Returns the threads of vCPUs of all other VMs of the process.
std::set<pid_t> VcpuThreadsOfOthers(const std::vector<Watch>& watches,
                                    const Watch& self) {
  std::set<pid_t> threads;
  for (const Watch& other : watches) {
    if (&other == &self || other.vm.vm().pid != self.vm.vm().pid) continue;
    threads.merge(other.vm.FindVcpuThreads().threads);
  }
  return threads;
}

LiveCounts Counts(const std::vector<Watch>& watches,
                  std::optional<WindowSchedule>& windows, const Watch& watch) {
  LiveCounts counts = watch.vm.Counts(VcpuThreadsOfOthers(watches, watch));
  if (windows.has_value() && watch.in_windows.has_value()) {
    windows->Take(*watch.in_windows, counts);
  }
  return counts;
}

}  // namespace

absl::StatusOr<std::vector<LiveCounts>> WatchVms(const std::vector<LiveVm>& vms,
                                                 const WatchOptions& options) {
  RaiseFileLimit();
  const StatisticTypes types = TypesFor(vms);
  std::vector<Watch> watches;
  absl::Status none = absl::NotFoundError("there is no VM to watch");
  bool any = false;
  for (const LiveVm& vm : vms) {
    watches.push_back({WatchedVm(vm, types, options.root)});
    absl::Status begun = watches.back().vm.Begin();
    any = any || begun.ok();
    if (!begun.ok()) none = std::move(begun);
  }
  if (!any) return none;
  std::optional<WindowSchedule> windows = MakeWindows(options.windows, watches);
  WatchUntil(MonotonicNow() + options.time, options.stopped, windows, watches);
  if (windows.has_value()) windows->Stop();
  for (Watch& watch : watches) watch.vm.End();
  std::vector<LiveCounts> counts;
  for (Watch& watch : watches)
    counts.push_back(Counts(watches, windows, watch));
  return counts;
}

absl::StatusOr<LiveCounts> WatchVm(const LiveVm& vm,
                                   const WatchOptions& options) {
  EB_ASSIGN_OR_RETURN(std::vector<LiveCounts> counts, WatchVms({vm}, options));
  return std::move(counts[0]);
}

}  // namespace exitbench
