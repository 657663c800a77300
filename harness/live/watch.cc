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
#include "harness/live/watched_vm.h"
#include "harness/live/window_schedule.h"

namespace exitbench {
namespace {

constexpr absl::Duration kSlice = absl::Milliseconds(100);

// A VM, and the windows in which its exits are counted by reason.
struct Watch {
  WatchedVm vm;
  std::optional<WindowSchedule> windows = {};
  std::string no_windows = {};  // Why there are none.
};

// Types are needed for counters in debugfs only.
StatisticTypes TypesFor(const std::vector<LiveVm>& vms) {
  const bool any_folder =
      std::any_of(vms.begin(), vms.end(),
                  [](const LiveVm& vm) { return !vm.folders.empty(); });
  return any_folder ? TypesOfThisKernel().value_or(StatisticTypes())
                    : StatisticTypes();
}

void MakeWindows(const ExitWindowFactory& factory, Watch& watch) {
  if (!factory || watch.vm.ended()) return;
  const std::set<pid_t> threads = watch.vm.FindVcpuThreads().threads;
  absl::StatusOr<std::unique_ptr<ExitWindowSource>> source = factory(
      watch.vm.vm(), std::vector<pid_t>(threads.begin(), threads.end()));
  if (!source.ok()) {
    watch.no_windows = std::string(source.status().message());
    return;
  }
  watch.windows.emplace(*std::move(source), MonotonicNow(),
                        std::random_device()());
}

// A signal ends it early.
void SleepUntil(absl::Duration moment) {
  const timespec until = absl::ToTimespec(moment);
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
}

absl::Duration NextWindow(const std::vector<Watch>& watches) {
  absl::Duration next = absl::InfiniteDuration();
  for (const Watch& watch : watches) {
    if (watch.windows.has_value()) next = std::min(next, watch.windows->next());
  }
  return next;
}

// Returns whether all have ended.
bool PollAll(std::vector<Watch>& watches) {
  bool all_ended = true;
  for (Watch& watch : watches) {
    watch.vm.Poll();
    if (watch.vm.ended() && watch.windows.has_value()) watch.windows->Stop();
    all_ended = all_ended && watch.vm.ended();
  }
  return all_ended;
}

void StepWindows(std::vector<Watch>& watches) {
  for (Watch& watch : watches) {
    if (watch.windows.has_value()) watch.windows->Step(MonotonicNow());
  }
}

void WatchUntil(absl::Duration end, const std::function<bool()>& stopped,
                std::vector<Watch>& watches) {
  absl::Duration next_poll = MonotonicNow() + kSlice;
  for (;;) {
    if (stopped && stopped()) return;
    SleepUntil(std::min({end, next_poll, NextWindow(watches)}));
    StepWindows(watches);
    const absl::Duration now = MonotonicNow();
    if (now >= end) return;
    if (now < next_poll) continue;
    if (PollAll(watches)) return;
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

LiveCounts Counts(const std::vector<Watch>& watches, Watch& watch) {
  LiveCounts counts = watch.vm.Counts(VcpuThreadsOfOthers(watches, watch));
  if (watch.windows.has_value()) watch.windows->Take(counts);
  if (!watch.no_windows.empty()) counts.missing.push_back(watch.no_windows);
  return counts;
}

}  // namespace

absl::StatusOr<std::vector<LiveCounts>> WatchVms(const std::vector<LiveVm>& vms,
                                                 const WatchOptions& options) {
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
  for (Watch& watch : watches) MakeWindows(options.windows, watch);
  WatchUntil(MonotonicNow() + options.time, options.stopped, watches);
  for (Watch& watch : watches) {
    if (watch.windows.has_value()) watch.windows->Stop();
  }
  for (Watch& watch : watches) watch.vm.End();
  std::vector<LiveCounts> counts;
  for (Watch& watch : watches) counts.push_back(Counts(watches, watch));
  return counts;
}

absl::StatusOr<LiveCounts> WatchVm(const LiveVm& vm,
                                   const WatchOptions& options) {
  EB_ASSIGN_OR_RETURN(std::vector<LiveCounts> counts, WatchVms({vm}, options));
  return std::move(counts[0]);
}

}  // namespace exitbench
