#include "harness/guest_loop.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "guest_blobs/abi.h"
#include "harness/describe_vcpus.h"
#include "harness/exit_match.h"
#include "vmm/exit_text.h"

namespace exitbench {
namespace {

constexpr uint32_t kUserspaceBatch = 1024;
constexpr uint32_t kKernelBatch = 250;

LoopEnd Describe(Machine& machine, const Case& row, const LoopPlan& plan,
                 const BatchEnd& end, uint64_t events_done) {
  if (plan.beside != nullptr) {
    // Before the vCPUs are looked at.
    plan.beside->Stop();
    if (std::string failure = plan.beside->failure(); !failure.empty()) {
      return {Outcome::kFailed, failure};
    }
  }
  const std::string far = absl::StrCat(
      " (", DescribeVcpus(machine), "; after ",
      events_done + end.elements / std::max(1u, row.exit.elements), " events)");
  const std::string expected =
      DescribeExpected(plan.control ? ExpectedExit() : row.exit);
  switch (end.why) {
    case BatchEnd::kTimeLimit:
      return {Outcome::kTimeout,
              absl::StrCat("no end within ",
                           absl::FormatDuration(plan.time_limit), far)};
    case BatchEnd::kGuestFault:
      return {Outcome::kFailed, DescribeGuestFault(machine, 0)};
    case BatchEnd::kTooMany:
      return {Outcome::kFailed,
              absl::StrCat("more exits than events: ", expected, far)};
    case BatchEnd::kRunFailed:
      return {Outcome::kFailed,
              absl::StrCat("KVM_RUN: ", strerror(end.run_errno), far)};
    case BatchEnd::kAnswerFailed:
      return {Outcome::kFailed, absl::StrCat(end.failed_call, ": ",
                                             strerror(end.run_errno), far)};
    case BatchEnd::kWrongExit:
      return {Outcome::kFailed,
              absl::StrCat("expected ", expected, ", saw ",
                           DescribeExit(machine.vcpu().run()), far)};
    case BatchEnd::kDoorbell:
      break;
  }
  return {};
}

void Add(Samples& samples, bool keep, double ticks) {
  if (keep && samples.raw.size() < kMaxSamples) samples.raw.push_back(ticks);
  samples.histogram.Add(ticks > 0 ? static_cast<uint64_t>(ticks) : 0);
}

// Ticks from `from` to `to` as a number that may be negative.
double Span(uint64_t from, uint64_t to) {
  return static_cast<double>(static_cast<int64_t>(to - from));
}

void AddIf(Samples& samples, bool keep, const std::optional<double>& ticks) {
  if (ticks.has_value()) Add(samples, keep, *ticks);
}

// An event whose exit the host answered by an interrupt: from that moment to
// the handler, and to the next exit.
void AddInjection(const Case& row, const LoopPlan& plan, const HostStamp& out,
                  const HostStamp& back, const GuestStamp& stamp, bool keep,
                  LoopSamples& samples) {
  if (back.interrupted) return;
  Add(samples.round_trip, keep, Span(out.answered_ticks, back.after_ticks));
  if (!plan.legs) return;
  const uint64_t offset = static_cast<uint64_t>(plan.tsc_offset_ticks);
  const uint64_t handled =
      (row.stamps_handler ? stamp.before_ticks : stamp.after_ticks) - offset;
  if (handled < out.answered_ticks || handled > back.after_ticks) {
    ++samples.bracket_violations;
  }
  Add(samples.to_handler, keep, Span(out.answered_ticks, handled));
  if (row.stamps_handler || out.interrupted) return;
  const uint64_t left = stamp.before_ticks - offset;
  if (left < out.before_ticks || left > out.after_ticks) {
    ++samples.bracket_violations;
  }
  Add(samples.to_host, keep, Span(left, out.after_ticks));
}

// Moves one batch's stamps into the samples. False, with `reason` set, if the
// guest's stamps can't be what they claim to be.
bool Drain(const Machine& machine, const Case& row, const LoopPlan& plan,
           uint32_t events, uint32_t runs, uint32_t keep_each,
           uint64_t& last_guest_ticks, LoopSamples& samples,
           std::string& reason) {
  const GuestStamp* guest = machine.stamps(0);
  const HostStamp* host = samples.stamps.data();
  const bool one_exit_each = runs == events + 1;
  const bool injected_each =
      row.injects && runs == events * row.exit.elements + 1;
  const uint64_t offset = static_cast<uint64_t>(plan.tsc_offset_ticks);
  uint64_t first_guest_ticks = 0;
  for (uint32_t i = 0; i < events; ++i) {
    const GuestStamp stamp = guest[i];
    const bool keep = (samples.events + i) % keep_each == 0;
    // A clock that stands still or runs backwards measures nothing, and a
    // payload may have written anything.
    if (stamp.before_ticks < last_guest_ticks ||
        stamp.after_ticks <= stamp.before_ticks) {
      reason = absl::StrFormat(
          "the guest's stamps of event %d are missing or run backwards: %d, "
          "then %d to %d",
          samples.events + i, last_guest_ticks, stamp.before_ticks,
          stamp.after_ticks);
      return false;
    }
    if (i == 0) first_guest_ticks = stamp.before_ticks;
    last_guest_ticks = stamp.after_ticks;
    Add(samples.guest, keep, Span(stamp.before_ticks, stamp.after_ticks));
    if (plan.beside != nullptr) {
      const EventTimes times = plan.beside->Times(i, stamp);
      AddIf(samples.one_way, keep, times.one_way);
      AddIf(samples.to_host, keep, times.to_host);
      AddIf(samples.to_handler, keep, times.to_handler);
      AddIf(samples.round_trip, keep, times.round_trip);
      if (times.out_of_order) ++samples.bracket_violations;
    }
    if (injected_each) {
      const HostStamp* out = host + i * row.exit.elements;
      AddInjection(row, plan, out[0], out[1], stamp, keep, samples);
      continue;
    }
    if (row.exit.reason == ExpectedExit::kNone || !one_exit_each) continue;
    const HostStamp& out = host[i];
    const HostStamp& back = host[i + 1];
    // The first KVM_RUN of a batch also starts the batch.
    if (i > 0 && !out.interrupted) {
      Add(samples.kvm_run, keep, Span(out.before_ticks, out.after_ticks));
    }
    if (!plan.legs || out.interrupted || back.interrupted) continue;
    const uint64_t left = stamp.before_ticks - offset;
    const uint64_t arrived = stamp.after_ticks - offset;
    if (left < out.before_ticks || left > out.after_ticks ||
        arrived < back.before_ticks || arrived > back.after_ticks) {
      ++samples.bracket_violations;
    }
    Add(samples.exit_leg, keep, Span(left, out.after_ticks));
    Add(samples.userspace, keep, Span(out.after_ticks, back.before_ticks));
    Add(samples.entry_leg, keep, Span(back.before_ticks, arrived));
  }
  // All of them were taken while the host was in its KVM_RUNs.
  const uint64_t guest_span = last_guest_ticks - first_guest_ticks;
  const uint64_t host_span = host[runs - 1].after_ticks - host[0].before_ticks;
  if (!host[0].interrupted && guest_span > host_span) {
    reason = absl::StrFormat(
        "the guest's stamps span %d ticks, the batch took the host %d",
        guest_span, host_span);
    return false;
  }
  samples.run_ticks += static_cast<double>(host_span);
  Add(samples.batch_span, true,
      Span(guest[0].before_ticks, guest[events - 1].after_ticks) / events);
  if (runs == 1 && !host[0].interrupted) {
    Add(samples.host_batch, true,
        Span(host[0].before_ticks, host[0].after_ticks) / events);
  }
  return true;
}

}  // namespace

void Samples::Clear() {
  raw.clear();
  histogram = Histogram();
}

std::array<Samples*, 11> LoopSamples::All() {
  return {&guest,   &kvm_run, &exit_leg,   &userspace,  &entry_leg, &host_batch,
          &one_way, &to_host, &to_handler, &round_trip, &batch_span};
}

LoopSamples::LoopSamples() {
  for (Samples* s : All()) {
    s->raw.resize(kMaxSamples);
    s->raw.clear();
  }
  stamps.resize(EB_MAX_STAMPS + 1);
}

void LoopSamples::Clear() {
  for (Samples* s : All()) s->Clear();
  noise.Clear();
  bracket_violations = events = batches = exit_records = 0;
  run_ticks = 0;
}

uint32_t BatchEvents(const Case& row, uint32_t events) {
  uint32_t batch =
      row.exit.reason == ExpectedExit::kNone ? kKernelBatch : kUserspaceBatch;
  if (row.batch > 0) batch = row.batch;
  batch = std::min(batch, EB_MAX_STAMPS / std::max(1u, row.exit.elements));
  if (row.fresh_bytes > 0) {
    batch = static_cast<uint32_t>(
        std::min<uint64_t>(batch, row.shape.data_bytes / row.fresh_bytes));
  }
  if (row.max_batch > 0) batch = std::min(batch, row.max_batch);
  return std::max(1u, std::min(batch, events));
}

LoopEnd RunGuestLoop(Machine& machine, const Case& row, const LoopPlan& plan,
                     Watchdog& watchdog, LoopSamples& samples) {
  const ExpectedExit expected = plan.control ? ExpectedExit() : row.exit;
  const uint32_t keep_each = (plan.events + kMaxSamples - 1) / kMaxSamples;
  uint64_t last_guest_ticks = 0;
  if (absl::Status s = watchdog.Arm(machine.vcpu().run(), plan.time_limit);
      !s.ok()) {
    return {Outcome::kFailed, std::string(s.message())};
  }
  LoopEnd loop_end;
  for (uint64_t done = 0;
       done < plan.events && loop_end.outcome == Outcome::kOk;) {
    const uint32_t events = static_cast<uint32_t>(
        std::min<uint64_t>(plan.batch, plan.events - done));
    if (row.before_batch != nullptr) {
      if (absl::Status s = row.before_batch(machine, events); !s.ok()) {
        loop_end = {Outcome::kFailed, s.ToString()};
        break;
      }
    }
    machine.parameters(0).events = events;
    if (row.quantum_passes > 0) samples.noise.BeginGuestBatch(machine);
    const uint32_t most_runs =
        plan.control || expected.reason == ExpectedExit::kNone
            ? 1
            : events * expected.elements + 1;
    const BatchEnd end =
        RunBatch(machine, expected, plan.control ? nullptr : row.answer,
                 watchdog, samples.stamps.data(), most_runs);
    if (end.why != BatchEnd::kDoorbell) {
      loop_end = Describe(machine, row, plan, end, done);
      break;
    }
    const uint32_t elements =
        expected.reason == ExpectedExit::kNone ? 0 : events * expected.elements;
    if (end.elements != elements) {
      loop_end = {
          Outcome::kFailed,
          absl::StrCat(events, " events made ", end.elements, " of ",
                       DescribeExpected(expected), ", expected ", elements)};
      break;
    }
    if (plan.beside != nullptr) {
      if (std::string failure = plan.beside->failure(); !failure.empty()) {
        loop_end = {Outcome::kFailed, failure};
        break;
      }
      const absl::Status answered =
          plan.control ? absl::OkStatus()
                       : plan.beside->EndBatch(events, plan.time_limit);
      if (!answered.ok()) {
        plan.beside->Stop();
        loop_end = {absl::IsDeadlineExceeded(answered) ? Outcome::kTimeout
                                                       : Outcome::kFailed,
                    absl::StrCat(answered.message(), " (",
                                 DescribeVcpus(machine), ")")};
        break;
      }
    }
    if (!plan.control && row.verify_batch != nullptr) {
      if (absl::Status s = row.verify_batch(machine, events); !s.ok()) {
        loop_end = {Outcome::kFailed, std::string(s.message())};
        break;
      }
    }
    if (!Drain(machine, row, plan, events, end.runs, keep_each,
               last_guest_ticks, samples, loop_end.reason)) {
      loop_end.outcome = Outcome::kFailed;
      break;
    }
    if (row.quantum_passes > 0 && !plan.control) {
      samples.noise.AddGuestBatch(machine, events);
      samples.noise.WorkOnHost(row.quantum_passes, events);
    }
    done += events;
    samples.events += events;
    samples.batches += 1;
    samples.exit_records += end.runs - 1;
  }
  watchdog.Disarm();
  return loop_end;
}

}  // namespace exitbench
