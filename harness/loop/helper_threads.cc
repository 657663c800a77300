#include "harness/loop/helper_threads.h"

#include <sched.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "guest_blobs/abi.h"
#include "harness/host/disturbance.h"
#include "vmm/arch_guest.h"

namespace exitbench {
namespace {

int SecondaryVcpuCount(const Case& row) { return row.shape.vcpus - 1; }

int ThreadCount(const Case& row) {
  return SecondaryVcpuCount(row) + (row.service.serve != nullptr ? 1 : 0);
}

std::string PolicyName(int policy) {
  switch (policy) {
    case SCHED_FIFO:
      return "SCHED_FIFO";
    case SCHED_RR:
      return "SCHED_RR";
    case SCHED_IDLE:
      return "SCHED_IDLE";
    case SCHED_DEADLINE:
      return "SCHED_DEADLINE";
    default:
      return absl::StrCat("scheduling policy ", policy);
  }
}

// Returns the ticks from `from` to `to`, which may be negative.
double Span(uint64_t from, uint64_t to) {
  return static_cast<double>(static_cast<int64_t>(to - from));
}

}  // namespace

absl::StatusOr<std::vector<int>> PlaceThreads(const Case& row,
                                              const std::vector<int>& cpus,
                                              int policy) {
  const size_t threads = static_cast<size_t>(ThreadCount(row));
  if (threads == 0) return std::vector<int>();
  if (cpus.empty()) {
    return absl::UnimplementedError(
        "needs its threads pinned, and --cpu=none pins none");
  }
  if (row.place == Place::kTogether) {
    // sched_getscheduler() may add this flag to the policy.
    policy &= ~SCHED_RESET_ON_FORK;
    if (policy != SCHED_OTHER && policy != SCHED_BATCH) {
      return absl::UnimplementedError(absl::StrCat(
          "needs SCHED_OTHER: started under ", PolicyName(policy),
          " a thread that spins never yields its CPU to the others"));
    }
    return std::vector<int>(threads, cpus[0]);
  }
  if (cpus.size() < threads + 1) {
    return absl::UnimplementedError(absl::StrFormat(
        "needs %d CPUs to pin to, has %d", threads + 1, cpus.size()));
  }
  return std::vector<int>(cpus.begin() + 1,
                          cpus.begin() + 1 + static_cast<long>(threads));
}

absl::StatusOr<std::unique_ptr<HelperThreads>> HelperThreads::Start(
    Machine& machine, const Case& row, const HelperPlan& plan) {
  std::unique_ptr<HelperThreads> helpers;
  EB_ASSIGN_OR_RETURN(const std::vector<int> cpus,
                      PlaceThreads(row, plan.cpus));
  if (cpus.empty()) return helpers;
  helpers.reset(new HelperThreads(machine, row));
  for (int cpu : cpus) {
    if (helpers->no_comparison_.empty()) {
      helpers->no_comparison_ = plan.clock_sync->Apart(plan.cpus[0], cpu);
    }
  }
  // Read before they run: on a running vCPU the ioctl blocks.
  for (int i = 0; i < machine.vcpus(); ++i) {
    absl::StatusOr<int64_t> offset = GuestClockOffset(machine.vcpu(i));
    if (!offset.ok()) {
      helpers->no_comparison_ = std::string(offset.status().message());
    }
    helpers->offsets_ticks_.push_back(
        static_cast<uint64_t>(offset.ok() ? *offset : 0));
  }
  if (SecondaryVcpuCount(row) > 0) helpers->vcpus_.emplace(machine, cpus);
  if (row.service.serve != nullptr) {
    helpers->service_.emplace(machine, row.service, cpus.back(),
                              cpus.back() == plan.cpus[0], plan.ticks_per_us);
  }
  if (std::string failure = helpers->failure(); !failure.empty()) {
    return absl::InternalError(failure);
  }
  return helpers;
}

void HelperThreads::Stop() {
  if (vcpus_.has_value()) vcpus_->Stop();
  if (service_.has_value()) service_->Stop();
}

std::string HelperThreads::failure() const {
  std::string failure = vcpus_.has_value() ? vcpus_->failure() : "";
  if (failure.empty() && service_.has_value()) failure = service_->failure();
  return failure;
}

absl::Status HelperThreads::EndBatch(uint32_t events, absl::Duration limit) {
  events_before_ = events_;
  events_ += events;
  if (!service_.has_value()) return absl::OkStatus();
  const absl::Time deadline = absl::Now() + limit;
  while (service_->served() < events_) {
    if (std::string failure = this->failure(); !failure.empty()) {
      return absl::InternalError(failure);
    }
    if (absl::Now() > deadline) {
      return absl::DeadlineExceededError(absl::StrCat(
          "the service thread has answered ", service_->served(), " of ",
          events_, " calls within ", absl::FormatDuration(limit)));
    }
    sched_yield();
  }
  return absl::OkStatus();
}

EventTimes HelperThreads::Times(uint32_t i, const GuestStamp& stamp) const {
  EventTimes times;
  const uint64_t number = events_before_ + i;
  const uint64_t before = stamp.before_ticks - offsets_ticks_[0];
  const uint64_t after = stamp.after_ticks - offsets_ticks_[0];
  if (row_.stamps == Stamps::kArrivals) {
    for (int k = 1; k < machine_.vcpus(); ++k) {
      const uint64_t arrived =
          machine_.stamps(k)[number % EB_MAX_STAMPS].before_ticks -
          offsets_ticks_[static_cast<size_t>(k)];
      times.one_way =
          std::max(times.one_way.value_or(0), Span(before, arrived));
      times.out_of_order |= arrived < before || arrived > after;
    }
  }
  // A stream does not wait for its answers, so its stamps do not pair.
  if (service_.has_value() && row_.per_event.bytes == 0) {
    const ServiceStamp& host = service_->stamp(number);
    const uint64_t handled = StampsHandler(row_.stamps) ? before : after;
    times.to_handler = Span(host.answered_ticks, handled);
    times.out_of_order |= handled < host.answered_ticks;
    if (!StampsHandler(row_.stamps)) {
      times.to_host = Span(before, host.seen_ticks);
      times.out_of_order |= host.seen_ticks < before;
    }
    if (row_.service.acknowledged) {
      times.round_trip = Span(host.answered_ticks, host.acknowledged_ticks);
    }
  }
  return times;
}

std::vector<const HelperThread*> HelperThreads::Threads() const {
  std::vector<const HelperThread*> all;
  if (vcpus_.has_value()) {
    for (const auto& thread : vcpus_->threads()) all.push_back(thread.get());
  }
  if (service_.has_value()) all.push_back(&service_->thread());
  return all;
}

std::string HelperThreads::Disturbed() const {
  std::vector<std::string> why;
  for (const HelperThread* thread : Threads()) {
    const std::string text =
        Disturbance(thread->noise_before(), thread->noise_after());
    if (!text.empty()) why.push_back(absl::StrCat(thread->name(), ": ", text));
  }
  return absl::StrJoin(why, "; ");
}

uint64_t HelperThreads::ThreadNoiseEvents() const {
  uint64_t events = 0;
  for (const HelperThread* thread : Threads()) {
    events += NoiseEvents(thread->noise_before(), thread->noise_after());
  }
  return events;
}

}  // namespace exitbench
