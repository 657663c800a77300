#include "harness/run/host_run.h"

#include <vector>

#include "base/status_macros.h"
#include "harness/host/disturbance.h"
#include "harness/loop/host_loop.h"
#include "harness/proof/counters.h"
#include "harness/proof/proof.h"
#include "harness/run/metrics.h"
#include "harness/run/native_run.h"
#include "harness/run/run_parts.h"
#include "harness/settings/pilot.h"
#include "harness/settings/prepare.h"

namespace exitbench {

absl::Status RunHostCase(const Kvm& kvm, const CaseInstance& instance,
                         const RunSettings& settings, RunTools& tools,
                         CaseResult& result, bool& disturbed_only) {
  const Case& row = *instance.row;
  result.no_legs = "no guest loop";
  EB_ASSIGN_OR_RETURN(
      Machine machine,
      PrepareMachine(
          kvm, instance,
          ImageOf(instance, settings.StampOf(instance.mode).kind, false)));
  EventCounts counts = settings.EventsOf(row);
  Samples& calls = tools.samples[MetricId::kHostBatch];
  if (settings.config.tick == Tick::kInstruction) {
    EB_RETURN_IF_ERROR(PilotHostLoop(machine, row, settings.config.time_limit,
                                     tools.watchdog, tools.samples,
                                     settings.config.trace_marks, counts));
  }
  tools.samples.Clear();
  EB_RETURN_IF_ERROR(RunHostLoop(machine, row, counts.warmup,
                                 settings.config.time_limit, tools.watchdog,
                                 tools.samples));
  tools.samples.Clear();
  EB_ASSIGN_OR_RETURN(CounterWatch watch, CounterWatch::Start(machine));
  const NoiseSnapshot noise = TakeNoiseSnapshot();
  const bool traced = settings.config.trace_marks && counts.traceable;
  EB_RETURN_IF_ERROR(RunHostLoop(machine, row, counts.events,
                                 settings.config.time_limit, tools.watchdog,
                                 tools.samples, traced ? instance.name : ""));
  const uint64_t noise_events = NoteDisturbance(noise, row, nullptr, result);
  EB_ASSIGN_OR_RETURN(const CounterDeltas counters, watch.Deltas());
  result.runs[0].events = counts.events;
  result.runs[0].counters = counters.Moved();
  const ProofInput input = {.backend = kvm.backend().backend,
                            .features = kvm.features(),
                            .mode = instance.mode,
                            .events = counts.events,
                            .noise_events = noise_events,
                            .calls = counts.events};
  const std::vector<Evidence> evidence = Judge(row, input, counters);
  disturbed_only = IsDisturbedOnly(evidence);
  EB_RETURN_IF_ERROR(NoteProof(input, evidence, settings, result));
  AddMetric(MetricId::kCall, calls, result);
  AddSteps(row, tools.samples.steps, result);
  AddRates(row, calls.raw, settings.clock_khz, settings.config.tick, result);
  AddFigures(row, machine, calls.raw, result);
  if (!row.host_loop.guest_beside) {
    AddExits(ExitsOf(row, input, counters), result);
  }
  if (settings.config.native) {
    result.no_native = WhyNotNative(row, instance.mode);
  }
  return NoteConclusion(row, machine, result);
}

}  // namespace exitbench
