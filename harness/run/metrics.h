// Makes the metrics of a run from its samples. Their names, units and gating
// are in harness/samples/metric_table.h.
#ifndef EXITBENCH_HARNESS_RUN_METRICS_H_
#define EXITBENCH_HARNESS_RUN_METRICS_H_

#include <vector>

#include "cases/case.h"
#include "harness/samples/event_means.h"
#include "harness/samples/metric_table.h"
#include "harness/samples/noise_meter.h"
#include "harness/samples/samples.h"
#include "results/model/model.h"
#include "vmm/machine.h"

namespace exitbench {

// Adds metric `id` to `result`, if there are samples. Moves the histogram out
// of `samples` and sorts the raw samples.
void AddMetric(MetricId id, Samples& samples, CaseResult& result);

// Adds guest_mean and guest_mean_control for a clock that is coarse, and has
// nothing else judged that stamps of single events give: guest, kvm_run, and
// the legs. The spans from event to event are used, if these tell the event of
// `row`, else the means between stamps. Adds nothing if there are neither. Call
// it after all metrics of the guest's loop are there.
void AddEventMeans(const Case& row, double clock_khz, EventMeans& event,
                   EventMeans& control, CaseResult& result);

// Adds metric `id` with a single value.
void AddValue(MetricId id, double value, CaseResult& result);

// Adds the rates for what an event of `row` consists of: ticks per item, ticks
// per byte, and MB/s (10^6 bytes) where a tick is a time. `ticks` are the times
// per event of one run. Rates are not gating, since they follow from these.
void AddRates(const Case& row, const std::vector<double>& ticks,
              double clock_khz, Tick tick, CaseResult& result);

// Adds a metric of each of the calls that an event of `row` is made of, if it
// is of several: "call_NAME".
void AddSteps(const Case& row, std::vector<Samples>& steps, CaseResult& result);

// Adds the figures that `row` computes itself, if any. `ticks` are the times
// per event of one run.
void AddFigures(const Case& row, Machine& machine,
                const std::vector<double>& ticks, CaseResult& result);

// Adds the metrics of the cases noise/.
//
// The guest and the host each have "_lost", the share of the time beyond that
// of the least quantum, "_detours", how many per second, and "_detour", what
// each took. Further ones are "host_quantum" and "guest_detours_with_exit", the
// share of the guest's detours that exits can explain. "_detour" and
// "host_quantum" have many samples in a run, the others one.
void AddNoiseMetrics(const NoiseMeter& noise, double clock_khz,
                     CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_METRICS_H_
