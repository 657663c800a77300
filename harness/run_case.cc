#include "harness/run_case.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "guest_blobs/payloads.h"
#include "harness/counters.h"
#include "harness/host_loop.h"
#include "harness/proof.h"
#include "results/summary.h"

namespace exitbench {
namespace {

// A control twin has no exits and varies little: fewer events will do.
constexpr uint32_t kControlPart = 4;
constexpr uint32_t kLeastControlEvents = 250;

void SetOutcome(const absl::Status& status, CaseResult& result) {
  result.outcome = absl::IsUnimplemented(status) || absl::IsUnavailable(status)
                       ? Outcome::kSkipped
                       : Outcome::kFailed;
  result.reason = std::string(status.message());
}

void AddMetric(absl::string_view name, bool gating, Samples& samples,
               CaseResult& result) {
  if (samples.raw.empty()) return;
  Metric metric;
  metric.name = std::string(name);
  metric.unit = Unit::kTicks;
  metric.direction = Direction::kLowerIsBetter;
  metric.gating = gating;
  metric.runs.push_back({0, Summarize(samples.raw)});
  metric.histogram = std::move(samples.histogram);
  result.metrics.push_back(std::move(metric));
}

StampKind StampOf(const CaseInstance& instance, const RunSettings& settings) {
  return instance.ring == 0 ? settings.stamp_ring0 : settings.stamp_ring3;
}

// Sets up legs in `plan`, or says in `no_legs` why there are none.
absl::Status PrepareLegs(Machine& machine, const CaseInstance& instance,
                         const RunSettings& settings, LoopPlan& plan,
                         std::string& no_legs) {
  if (instance.row->exit.reason == ExpectedExit::kNone) {
    no_legs = "no exit to userspace";
    return absl::OkStatus();
  }
  const double pair = instance.ring == 0 ? settings.pair_ticks_ring0
                                         : settings.pair_ticks_ring3;
  if (pair > kMostPairTicks) {
    no_legs = absl::StrFormat(
        "RDTSC is trapped or emulated in ring %d: two in a row take %.0f ticks",
        instance.ring, pair);
    return absl::OkStatus();
  }
  Vcpu& vcpu = machine.vcpu();
  absl::StatusOr<int64_t> offset = vcpu.GetTscOffset();
  if (!offset.ok()) {
    no_legs = std::string(offset.status().message());
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> khz = vcpu.GetTscKhz();
  if (!khz.ok()) {
    no_legs =
        absl::StrCat("the host's TSC is unstable: ", khz.status().message());
    return absl::OkStatus();
  }
  if (std::abs(static_cast<double>(*khz) - settings.tsc_khz) >
      1e-3 * settings.tsc_khz) {
    no_legs = absl::StrFormat("the guest's TSC is scaled: %d kHz, host %.0f",
                              *khz, settings.tsc_khz);
    return absl::OkStatus();
  }
  // Some backends ignore a set and say nothing: only what is read back counts.
  if (*offset != 0) {
    (void)vcpu.SetTscOffset(0);
    EB_ASSIGN_OR_RETURN(*offset, vcpu.GetTscOffset());
  }
  plan.tsc_offset_ticks = *offset;
  plan.legs = true;
  return absl::OkStatus();
}

// Legs are worth nothing once a guest stamp fell outside the host's.
absl::Status CheckLegs(Machine& machine, const LoopPlan& plan,
                       LoopSamples& samples, std::string& no_legs) {
  if (!plan.legs) return absl::OkStatus();
  EB_ASSIGN_OR_RETURN(int64_t offset, machine.vcpu().GetTscOffset());
  if (offset != plan.tsc_offset_ticks) {
    no_legs = absl::StrFormat("the TSC offset moved during the run: %d to %d",
                              plan.tsc_offset_ticks, offset);
  } else if (samples.bracket_violations > 0) {
    no_legs = absl::StrFormat(
        "%d of %d guest stamps lie outside the host's around them",
        samples.bracket_violations, samples.events);
  } else {
    return absl::OkStatus();
  }
  samples.exit_leg.Clear();
  samples.userspace.Clear();
  samples.entry_leg.Clear();
  return absl::OkStatus();
}

absl::StatusOr<Machine> Prepared(const Kvm& kvm, const CaseInstance& instance,
                                 const BlobImage& image) {
  EB_ASSIGN_OR_RETURN(Machine machine, Machine::Create(kvm, instance.row->shape,
                                                       instance.ring, image));
  if (instance.row->prepare != nullptr) {
    EB_RETURN_IF_ERROR(instance.row->prepare(machine));
  }
  return machine;
}

void NoteEnd(const LoopEnd& end, absl::string_view where, CaseResult& result) {
  result.outcome = end.outcome;
  result.reason = absl::StrCat(where, end.reason);
}

absl::Status RunControl(const Kvm& kvm, const CaseInstance& instance,
                        const RunSettings& settings, uint32_t events,
                        uint32_t batch, RunTools& tools, CaseResult& result) {
  const Case& row = *instance.row;
  const int kind = static_cast<int>(StampOf(instance, settings));
  EB_ASSIGN_OR_RETURN(Machine machine,
                      Prepared(kvm, instance, row.blob->control[kind]));
  LoopPlan plan;
  plan.batch = batch;
  plan.time_limit = settings.time_limit;
  plan.control = true;
  plan.events = batch;
  tools.control.Clear();
  LoopEnd end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.control);
  if (end.outcome == Outcome::kOk) {
    tools.control.Clear();
    plan.events = std::max(
        {events / kControlPart, batch, std::min(events, kLeastControlEvents)});
    end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.control);
  }
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "control twin: ", result);
    return absl::OkStatus();
  }
  AddMetric("guest_control", false, tools.control.guest, result);
  AddMetric("host_batch_control", false, tools.control.host_batch, result);
  return absl::OkStatus();
}

absl::Status RunGuestCase(const Kvm& kvm, const CaseInstance& instance,
                          const RunSettings& settings, RunTools& tools,
                          CaseResult& result) {
  const Case& row = *instance.row;
  const int kind = static_cast<int>(StampOf(instance, settings));
  EB_ASSIGN_OR_RETURN(Machine machine,
                      Prepared(kvm, instance, row.blob->event[kind]));
  const uint32_t events = row.max_events > 0
                              ? std::min(row.max_events, settings.events)
                              : settings.events;
  LoopPlan plan;
  plan.batch = BatchEvents(row, events);
  plan.time_limit = settings.time_limit;
  EB_RETURN_IF_ERROR(
      PrepareLegs(machine, instance, settings, plan, result.no_legs));

  plan.events = std::min(events, settings.warmup_events);
  tools.samples.Clear();
  LoopEnd end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples);
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  tools.samples.Clear();
  EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(machine));
  plan.events = events;
  end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples);
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  EB_ASSIGN_OR_RETURN(CounterDeltas counters, watch.Deltas());
  EB_RETURN_IF_ERROR(CheckLegs(machine, plan, tools.samples, result.no_legs));

  const LoopSamples& samples = tools.samples;
  result.runs[0].events = static_cast<uint32_t>(samples.events);
  result.runs[0].counters = counters.Moved();
  const ProofResult proof = Prove(row,
                                  {.backend = kvm.backend().backend,
                                   .ring = instance.ring,
                                   .events = samples.events,
                                   .batches = samples.batches,
                                   .exit_records = samples.exit_records},
                                  counters);
  result.verdict = proof.verdict;
  result.proof = proof.text;
  if (proof.verdict == Verdict::kContradicted) {
    result.outcome = Outcome::kFailed;
    result.reason = absl::StrCat("contradicted: ", proof.text);
    return absl::OkStatus();
  }
  AddMetric("guest", true, tools.samples.guest, result);
  AddMetric("kvm_run", true, tools.samples.kvm_run, result);
  AddMetric("exit_leg", true, tools.samples.exit_leg, result);
  AddMetric("userspace", false, tools.samples.userspace, result);
  AddMetric("entry_leg", true, tools.samples.entry_leg, result);
  AddMetric("host_batch", false, tools.samples.host_batch, result);
  result.outcome = Outcome::kOk;
  return RunControl(kvm, instance, settings, events, plan.batch, tools, result);
}

absl::Status RunHostCase(const Kvm& kvm, const CaseInstance& instance,
                         const RunSettings& settings, RunTools& tools,
                         CaseResult& result) {
  const Case& row = *instance.row;
  result.no_legs = "no guest loop";
  const int kind = static_cast<int>(StampOf(instance, settings));
  EB_ASSIGN_OR_RETURN(Machine machine,
                      Prepared(kvm, instance, blobs::idle.event[kind]));
  const uint32_t events = row.max_events > 0
                              ? std::min(row.max_events, settings.events)
                              : settings.events;
  Samples& calls = tools.samples.host_batch;
  tools.samples.Clear();
  LoopEnd end =
      RunHostLoop(machine, row, std::min(events, settings.warmup_events),
                  settings.time_limit, tools.watchdog, calls);
  if (end.outcome == Outcome::kOk) {
    tools.samples.Clear();
    end = RunHostLoop(machine, row, events, settings.time_limit, tools.watchdog,
                      calls);
  }
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  result.runs[0].events = events;
  result.verdict = Verdict::kProven;
  result.proof = absl::StrCat(events, " calls, each answer checked");
  AddMetric("call", true, calls, result);
  result.outcome = Outcome::kOk;
  return absl::OkStatus();
}

}  // namespace

CaseResult RunCase(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools) {
  CaseResult result;
  result.name = instance.name;
  result.measures = std::string(instance.row->measures);
  result.code_hash = CodeHash(instance);
  result.ring = static_cast<uint32_t>(instance.ring);
  result.runs.emplace_back();
  absl::Status status = Supported(instance, kvm);
  if (status.ok()) {
    status = instance.row->blob != nullptr
                 ? RunGuestCase(kvm, instance, settings, tools, result)
                 : RunHostCase(kvm, instance, settings, tools, result);
  }
  if (!status.ok()) SetOutcome(status, result);
  // A case that is not OK has measured nothing, whatever was collected.
  if (result.outcome != Outcome::kOk) {
    result.metrics.clear();
    if (result.outcome == Outcome::kSkipped) result.runs.clear();
  }
  return result;
}

}  // namespace exitbench
