#include "harness/live/exit_windows.h"

#include <sys/resource.h>
#include <time.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "harness/live/exit_kinds.h"
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

// Raises the soft limit of open files to the hard one. Returns whether it was
// lower.
bool RaiseFileLimit() {
  rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_cur >= limit.rlim_max) return false;
  limit.rlim_cur = limit.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

uint64_t FileLimit() {
  rlimit limit;
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
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

class ExitWindowCounter : public ExitWindowSource {
 public:
  ExitWindowCounter(const std::vector<pid_t>& threads, const WindowPlan& plan)
      : threads_(threads), plan_(plan) {}

  // Decides what is counted.
  absl::Status Choose(const BackendInfo& backend);

  WindowPlan plan() const override { return plan_; }
  absl::Status Open() override;
  absl::Status Close() override;
  Taken Take() override;

  // Ends a window and forgets it.
  void Drop() { open_.clear(); }

 private:
  // A thread whose events are open.
  struct OpenThread {
    TracepointGroup group;
    int64_t began_ns = 0;
    int64_t ended_ns = 0;
  };

  absl::Status Choose(absl::string_view tracepoint,
                      const std::vector<ExitKind>& kinds);
  // Opens the events of all threads that have not ended.
  absl::Status OpenThreads();
  // Adds to `counts` what the window of `thread` counted, less its empty one.
  // Returns how long it was open.
  static absl::StatusOr<double> CloseThread(OpenThread& thread,
                                            std::vector<double>& counts);
  absl::Status OpenError(const absl::Status& status) const;
  std::vector<ReasonCount> TakeReasons(const Counted& counted,
                                       size_t& next) const;

  const std::vector<pid_t> threads_;
  const WindowPlan plan_;
  std::vector<TracepointEvent> events_;
  std::vector<Counted> counted_;
  bool has_exits_ = false;  // counted_ begins with kvm:kvm_exit.
  std::vector<OpenThread> open_;
  WindowSums sums_{0};
  std::vector<std::string> missing_;
};

absl::Status ExitWindowCounter::Choose(const BackendInfo& backend) {
  const std::vector<ExitKind> kinds = ExitKinds(backend.backend);
  if (kinds.empty()) {
    missing_.push_back(absl::StrCat(
        "exits of ", backend.module,
        " do not pass the tracepoint kvm:kvm_exit, so only those to userspace "
        "are counted by reason"));
  } else {
    EB_RETURN_IF_ERROR(Choose("kvm_exit", kinds));
    has_exits_ = true;
  }
  EB_RETURN_IF_ERROR(Choose("kvm_userspace_exit", UserspaceExitKinds()));
  size_t sums = 0;
  for (const Counted& one : counted_) sums += one.reasons.size() + 2;
  sums_ = WindowSums(sums);
  return absl::OkStatus();
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

absl::Status ExitWindowCounter::OpenThreads() {
  Drop();
  for (const pid_t thread : threads_) {
    absl::StatusOr<TracepointGroup> group =
        TracepointGroup::Open(thread, events_);
    if (absl::IsNotFound(group.status())) continue;  // It has ended.
    if (!group.ok()) {
      Drop();
      return group.status();
    }
    open_.push_back({*std::move(group)});
  }
  return absl::OkStatus();
}

absl::Status ExitWindowCounter::OpenError(const absl::Status& status) const {
  if (absl::IsPermissionDenied(status)) {
    return absl::PermissionDeniedError(WhatIsMissingForThread(
        ReadPerfPermission(/*may_open=*/false, /*sees_symbols=*/true)));
  }
  if (absl::IsResourceExhausted(status)) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "it takes ", threads_.size() * events_.size(), " open files for ",
        threads_.size(), " vCPUs, and the hard limit is ", FileLimit(),
        ": raise it by ulimit -Hn"));
  }
  return status;
}

absl::Status ExitWindowCounter::Open() {
  absl::Status opened = OpenThreads();
  if (absl::IsResourceExhausted(opened) && RaiseFileLimit()) {
    opened = OpenThreads();
  }
  if (!opened.ok()) return OpenError(opened);
  for (OpenThread& thread : open_) {
    thread.group.Enable();
    thread.began_ns = NowNs();
  }
  return absl::OkStatus();
}

absl::StatusOr<double> ExitWindowCounter::CloseThread(
    OpenThread& thread, std::vector<double>& counts) {
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
  return static_cast<double>(thread.ended_ns - thread.began_ns -
                             (empty_ended_ns - empty_began_ns));
}

absl::Status ExitWindowCounter::Close() {
  for (OpenThread& thread : open_) {
    thread.group.Disable();
    thread.ended_ns = NowNs();
  }
  if (open_.empty()) return absl::OkStatus();
  std::vector<double> counts(events_.size());
  double open_ns = 0;
  for (OpenThread& thread : open_) {
    EB_ASSIGN_OR_RETURN(const double ns, CloseThread(thread, counts));
    open_ns += ns / static_cast<double>(open_.size());
  }
  Drop();
  std::vector<double> selected;
  for (const Counted& one : counted_) one.Select(counts, selected);
  sums_.Add(std::max(0.0, open_ns), selected);
  return absl::OkStatus();
}

// Empties the place `next` of sums_ on, which has all exits, their kinds, and
// the others.
std::vector<ReasonCount> ExitWindowCounter::TakeReasons(const Counted& counted,
                                                        size_t& next) const {
  std::vector<ReasonCount> reasons;
  ++next;
  for (size_t i = 0; i <= counted.reasons.size(); ++i, ++next) {
    if (sums_.Count(next) <= 0) continue;
    reasons.push_back({.reason = i < counted.reasons.size() ? counted.reasons[i]
                                                            : kOtherReason,
                       .count = sums_.Count(next),
                       .variance = sums_.Variance(next)});
  }
  return reasons;
}

ExitWindowSource::Taken ExitWindowCounter::Take() {
  Taken taken;
  ExitWindows& windows = taken.windows;
  windows.windows = sums_.windows();
  windows.open_ns = sums_.open_ns();
  size_t next = 0;
  if (has_exits_) {
    windows.exits = std::max(0.0, sums_.Count(next));
    windows.reasons = TakeReasons(counted_.front(), next);
  }
  windows.userspace_reasons = TakeReasons(counted_.back(), next);
  taken.missing = missing_;
  return taken;
}

absl::Status NotByReason(const absl::Status& status) {
  return absl::Status(
      status.code(),
      absl::StrCat("exits are not counted by reason: ", status.message()));
}

}  // namespace

absl::StatusOr<std::unique_ptr<ExitWindowSource>> OpenExitWindows(
    const BackendInfo& backend, const std::vector<pid_t>& threads,
    const WindowPlan& plan) {
  auto counter = std::make_unique<ExitWindowCounter>(threads, plan);
  absl::Status status = counter->Choose(backend);
  if (status.ok() && threads.empty()) {
    status =
        absl::NotFoundError("none of its threads is known to be one of a vCPU");
  }
  if (status.ok()) status = counter->Open();
  if (!status.ok()) return NotByReason(status);
  counter->Drop();
  return counter;
}

absl::StatusOr<std::unique_ptr<ExitWindowSource>> MakeExitWindows(
    const LiveVm&, const std::vector<pid_t>& vcpu_threads) {
  return OpenExitWindows(HostBackend(), vcpu_threads, kExitWindowPlan);
}

}  // namespace exitbench
