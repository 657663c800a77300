#include "harness/run/guest_run.h"

#include <utility>

#include "base/status_macros.h"
#include "harness/host/disturbance.h"
#include "harness/loop/outcome.h"
#include "harness/run/legs.h"
#include "harness/run/linearity.h"
#include "harness/run/mark.h"
#include "harness/run/metrics.h"
#include "harness/run/native_run.h"
#include "harness/run/run_parts.h"
#include "harness/settings/event_counts.h"
#include "harness/settings/pilot.h"
#include "harness/settings/prepare.h"

namespace exitbench {
GuestRun::GuestRun(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools,
                   CaseResult& result)
    : kvm_(kvm),
      instance_(instance),
      row_(*instance.row),
      settings_(settings),
      tools_(tools),
      result_(result) {}

absl::Status GuestRun::Measure() {
  EB_RETURN_IF_ERROR(Prepare());
  EB_RETURN_IF_ERROR(WarmUp());
  EB_RETURN_IF_ERROR(RunEvents());
  EB_RETURN_IF_ERROR(Annotated("control: ", RunControl()));
  EB_RETURN_IF_ERROR(Prove());
  return Report();
}

absl::Status GuestRun::Prepare() {
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(
          kvm_, instance_,
          ImageOf(instance_, settings_.StampOf(instance_.mode).kind, false)));
  machine_.emplace(std::move(machine));
  counts_ = settings_.EventsOf(row_);
  plan_.time_limit = settings_.config.time_limit;
  plan_.coarse_step_ticks = settings_.coarse_step_ticks;
  EB_RETURN_IF_ERROR(
      PrepareLegs(*machine_, instance_, settings_, plan_, result_.no_legs));
  EB_ASSIGN_OR_RETURN(
      helpers_, HelperThreads::Start(*machine_, row_, settings_.Helpers()));
  plan_.helpers = helpers_.get();
  return absl::OkStatus();
}

absl::Status GuestRun::WarmUp() {
  if (settings_.config.tick == Tick::kInstruction) {
    EB_RETURN_IF_ERROR(PilotGuestLoop(*machine_, row_, plan_, tools_.watchdog,
                                      tools_.samples,
                                      settings_.config.trace_marks, counts_));
  }
  plan_.batch = BatchEvents(row_, counts_.events);
  plan_.events = WarmupEvents(row_, plan_.batch, counts_.warmup);
  tools_.samples.Clear();
  return RunGuestLoop(*machine_, row_, plan_, tools_.watchdog, tools_.samples);
}

absl::Status GuestRun::RunEvents() {
  tools_.samples.Clear();
  EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(*machine_));
  const NoiseSnapshot noise = TakeNoiseSnapshot();
  plan_.events = counts_.events;
  LoopPlan plan = plan_;
  if (settings_.config.trace_marks && counts_.traceable) {
    plan.trace_name = instance_.name;
  }
  EB_RETURN_IF_ERROR(
      RunGuestLoop(*machine_, row_, plan, tools_.watchdog, tools_.samples));
  EB_ASSIGN_OR_RETURN(counters_, watch.Deltas());
  noise_events_ = NoteDisturbance(noise, row_, helpers_.get(), result_);
  // Otherwise they would share their CPUs with the helper threads of the
  // control.
  if (helpers_ != nullptr) helpers_->Stop();
  EB_RETURN_IF_ERROR(
      CheckLegs(*machine_, plan_, tools_.samples, result_.no_legs));
  result_.runs[0].events = static_cast<uint32_t>(tools_.samples.events);
  result_.runs[0].counters = counters_.Moved();
  return absl::OkStatus();
}

absl::Status GuestRun::RunControl() {
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(
          kvm_, instance_,
          ImageOf(instance_, settings_.StampOf(instance_.mode).kind, true)));
  LoopPlan plan;
  plan.batch = plan_.batch;
  plan.time_limit = settings_.config.time_limit;
  plan.control = true;
  plan.coarse_step_ticks = settings_.coarse_step_ticks;
  EB_ASSIGN_OR_RETURN(std::unique_ptr<HelperThreads> helpers,
                      HelperThreads::Start(machine, row_, settings_.Helpers()));
  plan.helpers = helpers.get();
  plan.events = plan.batch;
  tools_.control.Clear();
  EB_RETURN_IF_ERROR(
      RunGuestLoop(machine, row_, plan, tools_.watchdog, tools_.control));
  tools_.control.Clear();
  EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(machine));
  plan.events = ControlEvents(counts_.events, plan.batch);
  EB_RETURN_IF_ERROR(
      RunGuestLoop(machine, row_, plan, tools_.watchdog, tools_.control));
  EB_ASSIGN_OR_RETURN(control_counters_, watch.Deltas());
  return absl::OkStatus();
}

absl::Status GuestRun::Prove() {
  const LoopSamples& samples = tools_.samples;
  ProofInput input = {.backend = kvm_.backend().backend,
                      .features = kvm_.features(),
                      .mode = instance_.mode,
                      .events = samples.events,
                      .noise_events = noise_events_,
                      .batches = samples.batches,
                      .exit_records = samples.exit_records,
                      .control = &control_counters_,
                      .control_events = tools_.control.events};
  evidence_ = Judge(row_, input, counters_);
  if (AwaitsConfirmation(evidence_)) {
    // CountMarkedEvents() uses the buffers of the control, whose samples are
    // still to be reported.
    LoopSamples control = std::move(tools_.control);
    tools_.control = LoopSamples();
    const absl::StatusOr<uint64_t> marked =
        CountMarkedEvents(kvm_, instance_, settings_, tools_);
    tools_.control = std::move(control);
    if (marked.ok() && *marked == kMarkedEvents) {
      input.marked_events = *marked;
      evidence_ = Judge(row_, input, counters_);
    }
  }
  exits_ = ExitsOf(row_, input, counters_);
  halt_poll_ns_ = HaltPollOf(row_, input, counters_);
  return NoteProof(input, evidence_, settings_, result_);
}

absl::Status GuestRun::Report() {
  LoopSamples& samples = tools_.samples;
  // With a service thread, only the time of a whole batch has all work in it.
  AddRates(row_,
           row_.service.serve != nullptr     ? samples.batch_span.raw
           : samples.means.means.raw.empty() ? samples[MetricId::kGuest].raw
                                             : samples.means.means.raw,
           settings_.clock_khz, settings_.config.tick, result_);
  AddFigures(row_, *machine_, samples[MetricId::kGuest].raw, result_);
  // AddMetric() moves the histograms out and leaves the raw samples.
  for (size_t i = 0; i < kSampledMetrics; ++i) {
    const MetricId id = kMetrics[i].id;
    const bool of_handler =
        id == MetricId::kGuest && StampsHandler(row_.stamps);
    AddMetric(of_handler ? MetricId::kHandler : id, samples[id], result_);
  }
  LoopSamples& control = tools_.control;
  if (!StampsHandler(row_.stamps) && row_.stamps != Stamps::kLateness) {
    AddMetric(MetricId::kGuestControl, control[MetricId::kGuest], result_);
    AddEventMeans(row_, settings_.clock_khz, samples.means, control.means,
                  result_);
  }
  AddMetric(MetricId::kHostBatchControl, control[MetricId::kHostBatch],
            result_);
  if (row_.quantum_passes > 0) {
    AddNoiseMetrics(samples.noise, settings_.clock_khz, result_);
  }
  AddExits(exits_, result_);
  AddHaltPoll(halt_poll_ns_, result_);
  EB_RETURN_IF_ERROR(NoteConclusion(row_, *machine_, result_));
  if (settings_.config.native) {
    EB_RETURN_IF_ERROR(
        MeasureNative(*machine_, instance_, settings_, plan_, tools_, result_));
  }
  if (!settings_.config.linearity) return absl::OkStatus();
  return MeasureLinearity(kvm_, *machine_, instance_, settings_, plan_, tools_,
                          result_);
}

}  // namespace exitbench
