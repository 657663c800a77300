#include "harness/loop/guest_loop.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "guest_blobs/abi.h"
#include "harness/clock/arch/timer.h"
#include "harness/loop/describe_vcpus.h"
#include "harness/loop/exit_match.h"
#include "harness/loop/outcome.h"
#include "harness/loop/trace_mark.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

constexpr uint32_t kUserspaceBatch = 1024;
constexpr uint32_t kKernelBatch = 250;
// So many events take longer than a tick of the coarsest clock, whatever they
// are.
constexpr uint32_t kMoreThanATick = 32;

// Returns how a batch ended as a status. Stops the helper threads unless it
// ended well.
absl::Status StatusOf(Machine& machine, const Case& row, const LoopPlan& plan,
                      const BatchEnd& end, uint64_t events_done) {
  if (end.why == BatchEnd::kDoorbell) return absl::OkStatus();
  if (plan.helpers != nullptr) {
    // The vCPUs must not run while their state is read.
    plan.helpers->Stop();
    if (std::string failure = plan.helpers->failure(); !failure.empty()) {
      return absl::InternalError(failure);
    }
  }
  const std::string far = absl::StrCat(
      " (", DescribeVcpus(machine), "; after ",
      events_done + end.elements / std::max(1u, row.expect.exit.elements),
      " events)");
  const std::string expected =
      DescribeExpected(plan.control ? ExpectedExit() : row.expect.exit);
  switch (end.why) {
    case BatchEnd::kTimeLimit:
      return absl::DeadlineExceededError(absl::StrCat(
          "no end within ", absl::FormatDuration(plan.time_limit), far));
    case BatchEnd::kGuestFault:
      return absl::InternalError(DescribeGuestFault(machine, 0));
    case BatchEnd::kTooMany:
      return absl::InternalError(
          absl::StrCat("more exits than events: ", expected, far));
    case BatchEnd::kRunFailed:
      return absl::InternalError(
          absl::StrCat("KVM_RUN: ", strerror(end.run_errno), far));
    case BatchEnd::kAnswerFailed:
      return absl::InternalError(
          absl::StrCat(end.failed_call, ": ", strerror(end.run_errno), far));
    case BatchEnd::kWrongExit:
      return absl::InternalError(
          absl::StrCat("expected ", expected, ", saw ",
                       DescribeExit(machine.vcpu().run()), far));
    case BatchEnd::kDoorbell:
      break;
  }
  return absl::OkStatus();
}

// Returns the ticks from `from` to `to`, which may be negative.
double Span(uint64_t from, uint64_t to) {
  return static_cast<double>(static_cast<int64_t>(to - from));
}

// Adds the times of an event whose exit the host answered by an interrupt: from
// the answer to the handler, and from the answer to the next exit.
void AddInjection(const Case& row, const LoopPlan& plan, const HostStamp& out,
                  const HostStamp& back, const GuestStamp& stamp, bool keep,
                  LoopSamples& samples) {
  if (back.interrupted) return;
  samples[MetricId::kRoundTrip].Add(Span(out.answered_ticks, back.after_ticks),
                                    keep);
  if (!plan.legs) return;
  const uint64_t offset = static_cast<uint64_t>(plan.clock_offset_ticks);
  const uint64_t handled =
      (StampsHandler(row.stamps) ? stamp.before_ticks : stamp.after_ticks) -
      offset;
  if (handled < out.answered_ticks || handled > back.after_ticks) {
    ++samples.bracket_violations;
  }
  samples[MetricId::kToHandler].Add(Span(out.answered_ticks, handled), keep);
  if (StampsHandler(row.stamps) || out.interrupted) return;
  const uint64_t left = stamp.before_ticks - offset;
  if (left < out.before_ticks || left > out.after_ticks) {
    ++samples.bracket_violations;
  }
  samples[MetricId::kToHost].Add(Span(left, out.after_ticks), keep);
}

// Turns the stamps of batches into samples. There are samples of the guest's
// clock alone, of the host's alone, and of times between two clocks.
class Drain {
 public:
  Drain(const Machine& machine, const Case& row, const LoopPlan& plan,
        LoopSamples& samples)
      : row_(row),
        plan_(plan),
        kept_(plan.events),
        guest_(machine.stamps(0)),
        l1_(machine.stamps(1)),
        samples_(samples),
        host_(samples.stamps.data()),
        host_ticks_(machine.host_ticks_per_guest_tick()) {}

  // Adds the samples of a batch of `events` that took `entries` calls of
  // KVM_RUN. kInternal: the guest's stamps can't be right.
  absl::Status Batch(uint32_t events, uint32_t entries) {
    const bool one_exit_each = entries == events + 1;
    const bool injected_each =
        Injects(row_.stamps) &&
        entries == events * row_.expect.exit.elements + 1;
    uint64_t first_ticks = 0;
    for (uint32_t i = 0; i < events; ++i) {
      // Copied once, since the guest may still write.
      const GuestStamp stamp = guest_[i];
      const bool keep = kept_.Has(samples_.events + i);
      EB_RETURN_IF_ERROR(CheckOrder(i, stamp));
      if (i == 0) first_ticks = stamp.before_ticks;
      samples_[MetricId::kGuest].Add(
          GuestSpan(stamp.before_ticks, stamp.after_ticks), keep);
      if (row_.stamps == Stamps::kNested && !plan_.control) {
        EB_RETURN_IF_ERROR(AddL1(i, stamp, keep));
      }
      if (plan_.helpers != nullptr) AddHelperTimes(i, stamp, keep);
      if (injected_each) {
        const HostStamp* out = host_ + i * row_.expect.exit.elements;
        AddInjection(row_, plan_, out[0], out[1], stamp, keep, samples_);
      } else if (row_.expect.exit.reason != ExpectedExit::kNone &&
                 one_exit_each) {
        AddExit(i, stamp, keep);
      }
    }
    return AddWholeBatch(first_ticks, events, entries);
  }

 private:
  // Returns the host's ticks from one of the guest's stamps to another.
  double GuestSpan(uint64_t from, uint64_t to) const {
    return host_ticks_ * Span(from, to);
  }

  // Refuses a clock that stands still or runs backwards: a payload may have
  // written anything.
  absl::Status CheckOrder(uint32_t i, const GuestStamp& stamp) {
    // A batch begins later than the last one ended, whatever the clock. So
    // stamps that were not written are seen.
    const bool may_be_equal = kStampsMayBeEqual || host_ticks_ > 1;
    const bool stands_still = may_be_equal
                                  ? i == 0 && stamp.before_ticks == last_ticks_
                                  : stamp.after_ticks == stamp.before_ticks;
    if (stamp.before_ticks < last_ticks_ ||
        stamp.after_ticks < stamp.before_ticks || stands_still) {
      return absl::InternalError(absl::StrFormat(
          "the guest's stamps of event %d are missing or run backwards: %d, "
          "then %d to %d",
          samples_.events + i, last_ticks_, stamp.before_ticks,
          stamp.after_ticks));
    }
    last_ticks_ = stamp.after_ticks;
    return absl::OkStatus();
  }

  // Adds what L1's stamps divide the event into. One clock takes all four, so
  // an order that can't be is the payload's fault.
  absl::Status AddL1(uint32_t i, const GuestStamp& l2, bool keep) {
    const GuestStamp l1 = l1_[i];
    if (l1.before_ticks < l2.before_ticks || l1.after_ticks < l1.before_ticks ||
        l2.after_ticks < l1.after_ticks) {
      return absl::InternalError(absl::StrFormat(
          "L1's stamps of event %d, %d and %d, are not between L2's, %d and %d",
          samples_.events + i, l1.before_ticks, l1.after_ticks, l2.before_ticks,
          l2.after_ticks));
    }
    samples_[MetricId::kToL1].Add(GuestSpan(l2.before_ticks, l1.before_ticks),
                                  keep);
    samples_[MetricId::kInL1].Add(GuestSpan(l1.before_ticks, l1.after_ticks),
                                  keep);
    samples_[MetricId::kToL2].Add(GuestSpan(l1.after_ticks, l2.after_ticks),
                                  keep);
    return absl::OkStatus();
  }

  void AddHelperTimes(uint32_t i, const GuestStamp& stamp, bool keep) {
    const EventTimes times = plan_.helpers->Times(i, stamp);
    const std::pair<MetricId, std::optional<double>> spans[] = {
        {MetricId::kOneWay, times.one_way},
        {MetricId::kToHost, times.to_host},
        {MetricId::kToHandler, times.to_handler},
        {MetricId::kRoundTrip, times.round_trip},
    };
    for (const auto& [id, ticks] : spans) {
      if (ticks.has_value()) samples_[id].Add(*ticks, keep);
    }
    if (times.out_of_order) ++samples_.bracket_violations;
  }

  void AddExit(uint32_t i, const GuestStamp& stamp, bool keep) {
    const HostStamp& out = host_[i];
    const HostStamp& back = host_[i + 1];
    // The first entry of a batch also starts the batch.
    if (i > 0 && !out.interrupted) {
      samples_[MetricId::kKvmRun].Add(Span(out.before_ticks, out.after_ticks),
                                      keep);
    }
    if (!plan_.legs || out.interrupted || back.interrupted) return;
    const uint64_t offset = static_cast<uint64_t>(plan_.clock_offset_ticks);
    const uint64_t left = stamp.before_ticks - offset;
    const uint64_t arrived = stamp.after_ticks - offset;
    if (left < out.before_ticks || left > out.after_ticks ||
        arrived < back.before_ticks || arrived > back.after_ticks) {
      ++samples_.bracket_violations;
    }
    samples_[MetricId::kExitLeg].Add(Span(left, out.after_ticks), keep);
    samples_[MetricId::kUserspace].Add(Span(out.after_ticks, back.before_ticks),
                                       keep);
    samples_[MetricId::kEntryLeg].Add(Span(back.before_ticks, arrived), keep);
  }

  absl::Status AddWholeBatch(uint64_t first_ticks, uint32_t events,
                             uint32_t entries) {
    // The guest took all its stamps within the host's entries.
    const uint64_t guest_span = last_ticks_ - first_ticks;
    const uint64_t host_span =
        host_[entries - 1].after_ticks - host_[0].before_ticks;
    if (guest_span == 0 && events >= kMoreThanATick) {
      return absl::InternalError(
          absl::StrFormat("the guest's stamps of %d events stand still at %d",
                          events, last_ticks_));
    }
    const double guest_ticks = GuestSpan(first_ticks, last_ticks_);
    if (!host_[0].interrupted && guest_ticks > static_cast<double>(host_span)) {
      return absl::InternalError(absl::StrFormat(
          "the guest's stamps span %.0f ticks, the batch took the host %d",
          guest_ticks, host_span));
    }
    samples_.batch_ticks += static_cast<double>(host_span);
    samples_.batch_span.Add(GuestSpan(first_ticks, last_ticks_) / events, true);
    if (plan_.coarse_step_ticks > 0) {
      samples_.means.AddBatch(guest_, events, plan_.coarse_step_ticks, kept_,
                              samples_.events);
    }
    if (entries == 1 && !host_[0].interrupted) {
      samples_[MetricId::kHostBatch].Add(
          Span(host_[0].before_ticks, host_[0].after_ticks) / events, true);
    }
    return absl::OkStatus();
  }

  const Case& row_;
  const LoopPlan& plan_;
  const KeptEvents kept_;
  const GuestStamp* const guest_;
  const GuestStamp* const l1_;
  LoopSamples& samples_;
  const HostStamp* const host_;
  const double host_ticks_;  // Of the host's clock, in one of the guest's.
  uint64_t last_ticks_ = 0;  // The last of the guest's stamps that was checked.
};

}  // namespace

LoopSamples::LoopSamples() {
  auto touch = [](Samples& s) {
    s.raw.resize(kMaxSamples);
    s.raw.clear();
  };
  for (Samples& s : sampled) touch(s);
  touch(batch_span);
  stamps.resize(EB_MAX_STAMPS + 1);
}

void LoopSamples::Clear() {
  for (Samples& s : sampled) s.Clear();
  batch_span.Clear();
  means.Clear();
  for (Samples& s : steps) s.Clear();
  noise.Clear();
  bracket_violations = events = batches = exit_records = 0;
  batch_ticks = 0;
}

uint32_t BatchEvents(const Case& row, uint32_t events) {
  uint32_t batch = row.expect.exit.reason == ExpectedExit::kNone
                       ? kKernelBatch
                       : kUserspaceBatch;
  if (row.size.batch > 0) batch = row.size.batch;
  batch =
      std::min(batch, EB_MAX_STAMPS / std::max(1u, row.expect.exit.elements));
  if (row.size.fresh_bytes > 0) {
    batch = static_cast<uint32_t>(
        std::min<uint64_t>(batch, row.shape.data_bytes / row.size.fresh_bytes));
  }
  if (row.size.max_batch > 0) batch = std::min(batch, row.size.max_batch);
  return std::max(1u, std::min(batch, events));
}

namespace {

// Runs batch after batch.
class GuestLoop {
 public:
  GuestLoop(Machine& machine, const Case& row, const LoopPlan& plan,
            Watchdog& watchdog, LoopSamples& samples)
      : machine_(machine),
        row_(row),
        plan_(plan),
        expected_(plan.control ? ExpectedExit() : row.expect.exit),
        watchdog_(watchdog),
        samples_(samples),
        drain_(machine, row, plan, samples) {}

  absl::Status RunAll() {
    for (uint64_t done = 0; done < plan_.events;) {
      const uint32_t events = static_cast<uint32_t>(
          std::min<uint64_t>(plan_.batch, plan_.events - done));
      EB_RETURN_IF_ERROR(RunOne(events, done));
      done += events;
    }
    return absl::OkStatus();
  }

 private:
  bool ExitsToUserspace() const {
    return expected_.reason != ExpectedExit::kNone;
  }

  absl::Status RunOne(uint32_t events, uint64_t done) {
    if (row_.before_batch != nullptr) {
      EB_RETURN_IF_ERROR(row_.before_batch(machine_, events));
    }
    machine_.parameters(0).events = events;
    if (row_.quantum_passes > 0) samples_.noise.BeginGuestBatch(machine_);
    const uint32_t elements =
        ExitsToUserspace() ? events * expected_.elements : 0;
    const bool traced = done == 0 && !plan_.trace_name.empty();
    if (traced) BeginTrace(plan_.trace_name);
    if (plan_.region != nullptr) plan_.region->Enter();
    const BatchEnd end = RunBatch(
        machine_, expected_, plan_.control ? nullptr : row_.answer, watchdog_,
        samples_.stamps.data(), ExitsToUserspace() ? elements + 1 : 1);
    if (plan_.region != nullptr) plan_.region->Leave();
    if (traced) EndTrace();
    EB_RETURN_IF_ERROR(StatusOf(machine_, row_, plan_, end, done));
    if (end.elements != elements) {
      return absl::InternalError(
          absl::StrCat(events, " events made ", end.elements, " of ",
                       DescribeExpected(expected_), ", expected ", elements));
    }
    EB_RETURN_IF_ERROR(CheckEffects(events));
    EB_RETURN_IF_ERROR(drain_.Batch(events, end.entries));
    if (row_.quantum_passes > 0 && !plan_.control) {
      samples_.noise.AddGuestBatch(machine_, events);
      samples_.noise.WorkOnHost(row_.quantum_passes, events);
    }
    samples_.events += events;
    samples_.batches += 1;
    samples_.exit_records += end.entries - 1;
    return absl::OkStatus();
  }

  // Waits for the helper threads to do their part, and calls the row's check.
  absl::Status CheckEffects(uint32_t events) {
    if (plan_.helpers != nullptr) {
      if (std::string failure = plan_.helpers->failure(); !failure.empty()) {
        return absl::InternalError(failure);
      }
    }
    if (plan_.control) return absl::OkStatus();
    if (plan_.helpers != nullptr) {
      const absl::Status answered =
          plan_.helpers->EndBatch(events, plan_.time_limit);
      if (!answered.ok()) {
        plan_.helpers->Stop();
        return Annotated("", answered,
                         absl::StrCat(" (", DescribeVcpus(machine_), ")"));
      }
    }
    return row_.verify_batch == nullptr ? absl::OkStatus()
                                        : row_.verify_batch(machine_, events);
  }

  Machine& machine_;
  const Case& row_;
  const LoopPlan& plan_;
  const ExpectedExit expected_;
  Watchdog& watchdog_;
  LoopSamples& samples_;
  Drain drain_;
};

}  // namespace

absl::Status RunGuestLoop(Machine& machine, const Case& row,
                          const LoopPlan& plan, Watchdog& watchdog,
                          LoopSamples& samples) {
  EB_RETURN_IF_ERROR(watchdog.Arm(machine.vcpu().run(), plan.time_limit));
  const absl::Status status =
      GuestLoop(machine, row, plan, watchdog, samples).RunAll();
  watchdog.Disarm();
  return status;
}

}  // namespace exitbench
