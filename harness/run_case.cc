#include "harness/run_case.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "harness/beside.h"
#include "harness/counters.h"
#include "harness/disturbance.h"
#include "harness/event_counts.h"
#include "harness/figures.h"
#include "harness/host_loop.h"
#include "harness/metrics.h"
#include "harness/native.h"
#include "harness/pilot.h"
#include "harness/prepare.h"
#include "harness/proof.h"
#include "results/summary.h"

namespace exitbench {
namespace {

// Exit leg, userspace and entry leg make up the round trip, but for this part.
constexpr double kMostLegError = 0.01;

void SetOutcome(const absl::Status& status, CaseResult& result) {
  result.outcome = absl::IsUnimplemented(status) || absl::IsUnavailable(status)
                       ? Outcome::kSkipped
                       : Outcome::kFailed;
  result.reason = std::string(status.message());
}

// At least so many that all of the memory that the case goes over has been
// touched.
uint32_t WarmupEvents(const Case& row, uint32_t batch, uint32_t events) {
  if (row.fresh_bytes > 0) return std::max(events, batch);
  if (row.touched_bytes == 0) return events;
  const uint64_t round =
      (row.shape.data_bytes + row.touched_bytes - 1) / row.touched_bytes;
  return std::max(events, static_cast<uint32_t>(round));
}

StampKind StampOf(const CaseInstance& instance, const RunSettings& settings) {
  return instance.ring == 0 ? settings.stamp_ring0 : settings.stamp_ring3;
}

// Times between two clocks, with no exit to userspace to split.
bool ComparesClocks(const Case& row) {
  return row.injects || row.sides_stamp ||
         (row.service.serve != nullptr && row.bytes_per_event == 0);
}

BesidePlan PlanBeside(const RunSettings& settings) {
  return {settings.cpus, &settings.tsc_sync, settings.tsc_khz / 1000};
}

// Sets up legs in `plan`, or says in `no_legs` why there are none.
absl::Status PrepareLegs(Machine& machine, const CaseInstance& instance,
                         const RunSettings& settings, LoopPlan& plan,
                         std::string& no_legs) {
  const bool compares = ComparesClocks(*instance.row);
  if (instance.row->exit.reason == ExpectedExit::kNone && !compares) {
    no_legs = "no exit to userspace";
    return absl::OkStatus();
  }
  const double pair = instance.ring == 0 ? settings.pair_ticks_ring0
                                         : settings.pair_ticks_ring3;
  // A handler's stamp is its first instruction, however that is run.
  if (pair > kMostPairTicks && !compares) {
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

double Iqm(const Samples& samples) {
  std::vector<double> sorted = samples.raw;
  std::sort(sorted.begin(), sorted.end());
  return InterquartileMean(sorted);
}

void ClearComparisons(LoopSamples& samples) {
  for (Samples* s : {&samples.exit_leg, &samples.userspace, &samples.entry_leg,
                     &samples.one_way, &samples.to_host, &samples.to_handler}) {
    s->Clear();
  }
}

// Legs are worth nothing once a guest stamp fell outside the host's, or where
// they do not add up.
absl::Status CheckLegs(Machine& machine, const LoopPlan& plan,
                       LoopSamples& samples, std::string& no_legs) {
  if (plan.beside != nullptr && !plan.beside->no_comparison().empty()) {
    no_legs = plan.beside->no_comparison();
    ClearComparisons(samples);
    return absl::OkStatus();
  }
  if (!plan.legs) {
    ClearComparisons(samples);
    return absl::OkStatus();
  }
  // On a running vCPU the ioctl would wait.
  if (plan.beside != nullptr) plan.beside->Stop();
  EB_ASSIGN_OR_RETURN(int64_t offset, machine.vcpu().GetTscOffset());
  if (offset != plan.tsc_offset_ticks) {
    no_legs = absl::StrFormat("the TSC offset moved during the run: %d to %d",
                              plan.tsc_offset_ticks, offset);
  } else if (samples.bracket_violations > 0) {
    no_legs = absl::StrFormat(
        "%d of %d events have stamps of two clocks out of order",
        samples.bracket_violations, samples.events);
  } else if (samples.exit_leg.raw.empty()) {
    return absl::OkStatus();
  } else {
    const double sum =
        Iqm(samples.exit_leg) + Iqm(samples.userspace) + Iqm(samples.entry_leg);
    const double whole = Iqm(samples.guest);
    if (std::abs(sum - whole) <= kMostLegError * whole) {
      return absl::OkStatus();
    }
    no_legs = absl::StrFormat(
        "the legs add up to %.0f ticks, the round trip is %.0f", sum, whole);
  }
  ClearComparisons(samples);
  return absl::OkStatus();
}

void NoteEnd(const LoopEnd& end, absl::string_view where, CaseResult& result) {
  result.outcome = end.outcome;
  result.reason = absl::StrCat(where, end.reason);
}

void NoteProof(const ProofResult& proof, CaseResult& result) {
  result.verdict = proof.verdict;
  result.proof = proof.text;
  if (proof.verdict != Verdict::kContradicted) return;
  result.outcome = Outcome::kFailed;
  result.reason = absl::StrCat("contradicted: ", proof.text);
}

// Leaves the twin's samples in tools.control and returns its counters; what
// ended it badly is in `result`.
absl::StatusOr<CounterDeltas> RunControl(const Kvm& kvm,
                                         const CaseInstance& instance,
                                         const RunSettings& settings,
                                         uint32_t events, uint32_t batch,
                                         RunTools& tools, CaseResult& result) {
  const Case& row = *instance.row;
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(kvm, instance,
                     ImageOf(instance, StampOf(instance, settings), true)));
  LoopPlan plan;
  plan.batch = batch;
  plan.time_limit = settings.time_limit;
  plan.control = true;
  EB_ASSIGN_OR_RETURN(std::unique_ptr<Beside> beside,
                      Beside::Start(machine, row, PlanBeside(settings)));
  plan.beside = beside.get();
  plan.events = batch;
  tools.control.Clear();
  LoopEnd end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.control);
  if (end.outcome == Outcome::kOk) {
    tools.control.Clear();
    EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(machine));
    plan.events = TwinEvents(events, batch);
    end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.control);
    if (end.outcome == Outcome::kOk) return watch.Deltas();
  }
  NoteEnd(end, "control twin: ", result);
  return CounterDeltas();
}

// What the run's threads and CPUs went through since `before`. Returns the
// events of noise.
uint64_t NoteDisturbance(const NoiseSnapshot& before, const Case& row,
                         Beside* beside, CaseResult& result) {
  const NoiseSnapshot after = TakeNoiseSnapshot();
  Run& run = result.runs[0];
  uint64_t noise_events = NoiseEvents(before, after);
  if (row.place == Place::kTogether) {
    // Its threads put each other off the CPU, as they are meant to.
    run.disturbance = DisturbanceByOthers(before, after);
  } else {
    run.disturbance = Disturbance(before, after);
    if (beside != nullptr) {
      beside->Stop();
      noise_events += beside->ThreadNoiseEvents();
      if (run.disturbance.empty()) run.disturbance = beside->Disturbed();
    }
  }
  run.disturbed = !run.disturbance.empty();
  return noise_events;
}

EventCounts EventsOf(const Case& row, const RunSettings& settings) {
  const uint32_t events = row.max_events > 0
                              ? std::min(row.max_events, settings.events)
                              : settings.events;
  return {events, UsualWarmupEvents(events, settings.warmup_events)};
}

// Cost per event at a quarter, half and all of the events, each counted from a
// fresh start of the clock; the machine has been warmed up.
absl::Status MeasureLinearity(Machine& machine, const Case& row, LoopPlan plan,
                              RunTools& tools, CaseResult& result) {
  plan.legs = false;
  const uint32_t all = plan.events;
  for (uint32_t part : {4u, 2u, 1u}) {
    plan.events = std::max(1u, all / part);
    plan.batch = BatchEvents(row, plan.events);
    tools.control.Clear();
    const LoopEnd end =
        RunGuestLoop(machine, row, plan, tools.watchdog, tools.control);
    if (end.outcome != Outcome::kOk) {
      NoteEnd(end, "linearity: ", result);
      return absl::OkStatus();
    }
    result.linearity.push_back({plan.events, Iqm(tools.control.guest)});
  }
  return absl::OkStatus();
}

// The same where threads ran beside vCPU 0: they are stopped by now, so this is
// a machine of its own.
absl::Status MeasureLinearityBeside(const Kvm& kvm,
                                    const CaseInstance& instance,
                                    const RunSettings& settings, LoopPlan plan,
                                    RunTools& tools, CaseResult& result) {
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(kvm, instance,
                     ImageOf(instance, StampOf(instance, settings), false)));
  EB_ASSIGN_OR_RETURN(
      std::unique_ptr<Beside> beside,
      Beside::Start(machine, *instance.row, PlanBeside(settings)));
  plan.beside = beside.get();
  return MeasureLinearity(machine, *instance.row, plan, tools, result);
}

// The payload and its twin in our own process, and how many times as long the
// guest takes: both net of their twins. Nothing is added where the payload
// can't run natively, or where its work takes less than the clock can tell.
absl::Status MeasureNative(Machine& machine, const CaseInstance& instance,
                           const RunSettings& settings, const LoopPlan& plan,
                           RunTools& tools, CaseResult& result) {
  const double guest_net = Iqm(tools.samples.guest) - Iqm(tools.control.guest);
  double native_net = 0;
  for (bool control : {false, true}) {
    Samples& ticks = control ? tools.control.guest : tools.samples.guest;
    ticks.Clear();
    const absl::Status ran =
        RunNative(machine, *instance.row,
                  ImageOf(instance, StampOf(instance, settings), control),
                  plan.events, plan.batch, ticks);
    if (absl::IsUnimplemented(ran)) {
      result.metrics.erase(
          std::remove_if(result.metrics.begin(), result.metrics.end(),
                         [](const Metric& m) { return m.name == "native"; }),
          result.metrics.end());
      return absl::OkStatus();
    }
    EB_RETURN_IF_ERROR(ran);
    native_net += control ? -Iqm(ticks) : Iqm(ticks);
    AddMetric(control ? "native_control" : "native", false, ticks, result);
  }
  if (native_net >= 1) {
    AddValue("gnr", Unit::kRatio, Direction::kLowerIsBetter,
             guest_net / native_net, result);
  }
  return absl::OkStatus();
}

absl::Status RunGuestCase(const Kvm& kvm, const CaseInstance& instance,
                          const RunSettings& settings, RunTools& tools,
                          CaseResult& result) {
  const Case& row = *instance.row;
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(kvm, instance,
                     ImageOf(instance, StampOf(instance, settings), false)));
  EventCounts counts = EventsOf(row, settings);
  LoopPlan plan;
  plan.time_limit = settings.time_limit;
  EB_RETURN_IF_ERROR(
      PrepareLegs(machine, instance, settings, plan, result.no_legs));
  EB_ASSIGN_OR_RETURN(std::unique_ptr<Beside> beside,
                      Beside::Start(machine, row, PlanBeside(settings)));
  plan.beside = beside.get();

  LoopEnd end;
  if (settings.tick == Tick::kInstruction) {
    end = PilotGuestLoop(machine, row, plan, tools.watchdog, tools.samples,
                         counts);
    if (end.outcome != Outcome::kOk) {
      NoteEnd(end, "", result);
      return absl::OkStatus();
    }
  }
  plan.batch = BatchEvents(row, counts.events);
  plan.events = WarmupEvents(row, plan.batch, counts.warmup);
  tools.samples.Clear();
  end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples);
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  tools.samples.Clear();
  EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(machine));
  const NoiseSnapshot noise = TakeNoiseSnapshot();
  plan.events = counts.events;
  end = RunGuestLoop(machine, row, plan, tools.watchdog, tools.samples);
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  EB_ASSIGN_OR_RETURN(CounterDeltas counters, watch.Deltas());
  const uint64_t noise_events =
      NoteDisturbance(noise, row, beside.get(), result);
  // Or they would run beside the twin too, with CPUs to share.
  if (beside != nullptr) beside->Stop();
  EB_RETURN_IF_ERROR(CheckLegs(machine, plan, tools.samples, result.no_legs));

  const LoopSamples& samples = tools.samples;
  result.runs[0].events = static_cast<uint32_t>(samples.events);
  result.runs[0].counters = counters.Moved();
  result.outcome = Outcome::kOk;
  EB_ASSIGN_OR_RETURN(const CounterDeltas control,
                      RunControl(kvm, instance, settings, counts.events,
                                 plan.batch, tools, result));
  if (result.outcome != Outcome::kOk) return absl::OkStatus();
  NoteProof(Prove(row,
                  {.backend = kvm.backend().backend,
                   .ring = instance.ring,
                   .events = samples.events,
                   .noise_events = noise_events,
                   .batches = samples.batches,
                   .exit_records = samples.exit_records,
                   .control = &control,
                   .control_events = tools.control.events},
                  counters),
            result);
  // What a thread beside the guest takes, only whole batches have all in them.
  AddRates(row,
           row.service.serve != nullptr ? tools.samples.batch_span.raw
                                        : tools.samples.guest.raw,
           settings.tsc_khz, settings.tick, result);
  AddFigures(row, machine, tools.samples.guest.raw, result);
  AddMetric(row.stamps_handler ? "handler" : "guest", true, tools.samples.guest,
            result);
  AddMetric("kvm_run", true, tools.samples.kvm_run, result);
  AddMetric("exit_leg", true, tools.samples.exit_leg, result);
  AddMetric("userspace", false, tools.samples.userspace, result);
  AddMetric("entry_leg", true, tools.samples.entry_leg, result);
  AddMetric("one_way", true, tools.samples.one_way, result);
  AddMetric("to_host", true, tools.samples.to_host, result);
  AddMetric("to_handler", true, tools.samples.to_handler, result);
  AddMetric("round_trip", true, tools.samples.round_trip, result);
  AddMetric("host_batch", false, tools.samples.host_batch, result);
  if (!row.stamps_handler && !row.stamps_lateness) {
    AddMetric("guest_control", false, tools.control.guest, result);
  }
  AddMetric("host_batch_control", false, tools.control.host_batch, result);
  if (row.quantum_passes > 0) {
    AddNoiseMetrics(tools.samples.noise, settings.tsc_khz, result);
  }
  if (settings.native && row.native && result.outcome == Outcome::kOk) {
    EB_RETURN_IF_ERROR(
        MeasureNative(machine, instance, settings, plan, tools, result));
  }
  if (!settings.linearity || result.outcome != Outcome::kOk) {
    return absl::OkStatus();
  }
  if (beside != nullptr) {
    return MeasureLinearityBeside(kvm, instance, settings, plan, tools, result);
  }
  return MeasureLinearity(machine, row, plan, tools, result);
}

absl::Status RunHostCase(const Kvm& kvm, const CaseInstance& instance,
                         const RunSettings& settings, RunTools& tools,
                         CaseResult& result) {
  const Case& row = *instance.row;
  result.no_legs = "no guest loop";
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(kvm, instance,
                     ImageOf(instance, StampOf(instance, settings), false)));
  EventCounts counts = EventsOf(row, settings);
  Samples& calls = tools.samples.host_batch;
  tools.samples.Clear();
  LoopEnd end;
  if (settings.tick == Tick::kInstruction) {
    end = PilotHostLoop(machine, row, settings.time_limit, tools.watchdog,
                        tools.samples, counts);
  }
  if (end.outcome == Outcome::kOk) {
    tools.samples.Clear();
    end = RunHostLoop(machine, row, counts.warmup, settings.time_limit,
                      tools.watchdog, calls);
  }
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  tools.samples.Clear();
  EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(machine));
  const NoiseSnapshot noise = TakeNoiseSnapshot();
  end = RunHostLoop(machine, row, counts.events, settings.time_limit,
                    tools.watchdog, calls);
  if (end.outcome != Outcome::kOk) {
    NoteEnd(end, "", result);
    return absl::OkStatus();
  }
  const uint64_t noise_events = NoteDisturbance(noise, row, nullptr, result);
  EB_ASSIGN_OR_RETURN(CounterDeltas counters, watch.Deltas());
  result.runs[0].events = counts.events;
  result.runs[0].counters = counters.Moved();
  result.outcome = Outcome::kOk;
  NoteProof(Prove(row,
                  {.backend = kvm.backend().backend,
                   .ring = instance.ring,
                   .events = counts.events,
                   .noise_events = noise_events,
                   .calls = counts.events},
                  counters),
            result);
  AddMetric("call", true, calls, result);
  AddRates(row, calls.raw, settings.tsc_khz, settings.tick, result);
  AddFigures(row, machine, calls.raw, result);
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
  absl::Status status = CanRun(instance, kvm, settings.cannot_run);
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
