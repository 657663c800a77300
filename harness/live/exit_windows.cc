#include "harness/live/exit_windows.h"

#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "harness/live/exit_kinds.h"
#include "harness/live/file_limit.h"
#include "harness/live/window_sums.h"
#include "harness/perf/permission.h"
#include "harness/perf/tracepoint.h"
#include "harness/perf/tracepoint_group.h"
#include "model/counts.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

int64_t NowNs() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * int64_t{1'000'000'000} + now.tv_nsec;
}

// What is counted of one tracepoint: all its exits, then those of each kind.
struct Counted {
  size_t first = 0;  // The place of all its exits in the group.
  std::vector<std::string> reasons;

  // Takes from `counts` the kinds, and what is of none.
  void Select(absl::Span<const double> counts,
              std::vector<double>& selected) const {
    double other = counts[first];
    selected.push_back(other);
    for (size_t i = 0; i < reasons.size(); ++i) {
      const double one = counts[first + 1 + i];
      selected.push_back(one);
      other -= one;
    }
    selected.push_back(other);
  }
};

// A thread whose events are open.
struct OpenThread {
  TracepointGroup group;
  int64_t began_ns = 0;
  int64_t ended_ns = 0;
};

// Adds to `counts` what the window of `thread` counted, less its empty one.
// Returns how long it was open, in nanoseconds.
absl::StatusOr<double> CloseThread(OpenThread& thread,
                                   std::vector<double>& counts) {
  EB_ASSIGN_OR_RETURN(const std::vector<uint64_t> window, thread.group.Read());
  thread.group.Enable();
  const int64_t empty_began_ns = NowNs();
  thread.group.Disable();
  const int64_t empty_ended_ns = NowNs();
  EB_ASSIGN_OR_RETURN(const std::vector<uint64_t> both, thread.group.Read());
  for (size_t i = 0; i < counts.size(); ++i) {
    counts[i] += static_cast<double>(window[i]) -
                 static_cast<double>(both[i] - window[i]);
  }
  return static_cast<double>((thread.ended_ns - thread.began_ns) -
                             (empty_ended_ns - empty_began_ns));
}

// One VM of those that are watched.
struct CountedVm {
  std::vector<pid_t> threads;
  std::vector<OpenThread> open;
  WindowSums sums;
  absl::Status status;  // After an error nothing is counted any more.

  // Opens the events of all threads that have not ended.
  absl::Status Open(absl::Span<const TracepointEvent> events) {
    for (const pid_t thread : threads) {
      absl::StatusOr<TracepointGroup> group =
          TracepointGroup::Open(thread, events);
      if (absl::IsNotFound(group.status())) continue;  // It has ended.
      if (!group.ok()) {
        open.clear();
        return group.status();
      }
      open.push_back({*std::move(group)});
    }
    return absl::OkStatus();
  }

  absl::Status AddWindow(size_t events, absl::Span<const Counted> counted) {
    if (open.empty()) return absl::OkStatus();
    std::vector<double> counts(events);
    double open_ns = 0;
    for (OpenThread& thread : open) {
      EB_ASSIGN_OR_RETURN(const double ns, CloseThread(thread, counts));
      open_ns += ns / static_cast<double>(open.size());
    }
    std::vector<double> selected;
    for (const Counted& one : counted) one.Select(counts, selected);
    sums.Add(std::max(0.0, open_ns), selected);
    return absl::OkStatus();
  }
};

// Takes the kinds of `counted` and the others. Those of all its exits are at
// `next` of the sums, which goes on to the next tracepoint.
std::vector<ReasonCount> TakeReasons(const Counted& counted,
                                     const WindowSums& sums, size_t& next) {
  std::vector<ReasonCount> reasons;
  ++next;
  for (size_t i = 0; i <= counted.reasons.size(); ++i, ++next) {
    if (sums.Count(next) <= 0) continue;
    reasons.push_back({.reason = i < counted.reasons.size() ? counted.reasons[i]
                                                            : kOtherReason,
                       .count = sums.Count(next),
                       .variance = sums.Variance(next)});
  }
  return reasons;
}

std::string NotByReason(const absl::Status& status) {
  return absl::StrCat("exits are not counted by reason: ", status.message());
}

class ExitWindowCounter : public ExitWindowSource {
 public:
  ExitWindowCounter(const BackendInfo& backend,
                    const std::vector<std::vector<pid_t>>& vcpu_threads,
                    const WindowPlan& plan);

  WindowPlan plan() const override { return plan_; }
  bool Open() override;
  void Close() override;
  void Leave(size_t index) override { vms_.at(index).threads.clear(); }
  Taken Take(size_t index) override;

 private:
  // Decides what is counted.
  absl::Status Choose(const BackendInfo& backend);
  absl::Status Choose(absl::string_view tracepoint,
                      const std::vector<ExitKind>& kinds);
  absl::Status OpenVm(CountedVm& vm);
  absl::Status OpenError(const absl::Status& status) const;

  const WindowPlan plan_;
  std::vector<TracepointEvent> events_;
  std::vector<Counted> counted_;
  bool has_exits_ = false;  // counted_ begins with kvm:kvm_exit.
  std::string no_exits_;    // Why not.
  std::vector<CountedVm> vms_;
};

ExitWindowCounter::ExitWindowCounter(
    const BackendInfo& backend,
    const std::vector<std::vector<pid_t>>& vcpu_threads, const WindowPlan& plan)
    : plan_(plan) {
  const absl::Status chosen = Choose(backend);
  size_t sums = 0;
  for (const Counted& one : counted_) sums += one.reasons.size() + 2;
  for (const std::vector<pid_t>& threads : vcpu_threads) {
    vms_.push_back(
        {.threads = threads, .sums = WindowSums(sums), .status = chosen});
    if (chosen.ok() && threads.empty()) {
      vms_.back().status = absl::NotFoundError(
          "none of its threads is known to be one of a vCPU");
    }
  }
  // All at once, since together they may be too many.
  for (CountedVm& vm : vms_) {
    if (vm.status.ok()) vm.status = OpenVm(vm);
  }
  for (CountedVm& vm : vms_) vm.open.clear();
}

absl::Status ExitWindowCounter::Choose(const BackendInfo& backend) {
  const std::vector<ExitKind> kinds = ExitKinds(backend.backend);
  has_exits_ = !kinds.empty();
  if (has_exits_) {
    EB_RETURN_IF_ERROR(Choose("kvm_exit", kinds));
  } else {
    no_exits_ = absl::StrCat(
        "exits of ", backend.module,
        " do not pass the tracepoint kvm:kvm_exit, so only those to userspace "
        "are counted by reason");
  }
  return Choose("kvm_userspace_exit", UserspaceExitKinds());
}

absl::Status ExitWindowCounter::Choose(absl::string_view tracepoint,
                                       const std::vector<ExitKind>& kinds) {
  EB_ASSIGN_OR_RETURN(const uint64_t number, KvmTracepoint(tracepoint));
  Counted counted = {.first = events_.size()};
  events_.push_back({.number = number});
  for (const ExitKind& kind : kinds) {
    events_.push_back({.number = number, .filter = kind.filter});
    counted.reasons.push_back(kind.name);
  }
  counted_.push_back(std::move(counted));
  return absl::OkStatus();
}

absl::Status ExitWindowCounter::OpenVm(CountedVm& vm) {
  absl::Status opened = vm.Open(events_);
  if (absl::IsResourceExhausted(opened) && RaiseFileLimit()) {
    opened = vm.Open(events_);
  }
  return opened.ok() ? opened : OpenError(opened);
}

absl::Status ExitWindowCounter::OpenError(const absl::Status& status) const {
  if (absl::IsPermissionDenied(status)) {
    return absl::PermissionDeniedError(WhatIsMissingForThread(
        ReadPerfPermission(/*may_open=*/false, /*sees_symbols=*/true)));
  }
  if (!absl::IsResourceExhausted(status)) return status;
  size_t threads = 0;
  for (const CountedVm& vm : vms_) threads += vm.threads.size();
  return absl::ResourceExhaustedError(absl::StrCat(
      "it takes ", threads * events_.size(), " open files for ", threads,
      threads == 1 ? " vCPU" : " vCPUs", ", and the limit is ", FileLimit(),
      ": raise the hard limit (ulimit -Hn)"));
}

bool ExitWindowCounter::Open() {
  bool any = false;
  for (CountedVm& vm : vms_) {
    if (vm.status.ok()) vm.status = OpenVm(vm);
    any = any || vm.status.ok();
  }
  for (CountedVm& vm : vms_) {
    for (OpenThread& thread : vm.open) {
      thread.group.Enable();
      thread.began_ns = NowNs();
    }
  }
  return any;
}

void ExitWindowCounter::Close() {
  for (CountedVm& vm : vms_) {
    for (OpenThread& thread : vm.open) {
      thread.group.Disable();
      thread.ended_ns = NowNs();
    }
  }
  for (CountedVm& vm : vms_) {
    if (vm.status.ok()) vm.status = vm.AddWindow(events_.size(), counted_);
  }
  for (CountedVm& vm : vms_) vm.open.clear();
}

ExitWindowSource::Taken ExitWindowCounter::Take(size_t index) {
  const CountedVm& vm = vms_.at(index);
  Taken taken;
  ExitWindows& windows = taken.windows;
  windows.windows = vm.sums.windows();
  windows.open_ns = vm.sums.open_ns();
  if (windows.windows > 0) {
    size_t next = 0;
    if (has_exits_) {
      windows.exits = std::max(0.0, vm.sums.Count(next));
      windows.reasons = TakeReasons(counted_.front(), vm.sums, next);
    }
    windows.userspace_reasons = TakeReasons(counted_.back(), vm.sums, next);
  }
  if (!vm.status.ok()) {
    taken.missing.push_back(NotByReason(vm.status));
  } else if (!has_exits_) {
    taken.missing.push_back(no_exits_);
  }
  return taken;
}

}  // namespace

std::unique_ptr<ExitWindowSource> OpenExitWindows(
    const BackendInfo& backend,
    const std::vector<std::vector<pid_t>>& vcpu_threads,
    const WindowPlan& plan) {
  return std::make_unique<ExitWindowCounter>(backend, vcpu_threads, plan);
}

std::unique_ptr<ExitWindowSource> MakeExitWindows(
    const std::vector<std::vector<pid_t>>& vcpu_threads) {
  return OpenExitWindows(HostBackend(), vcpu_threads, kExitWindowPlan);
}

}  // namespace exitbench
