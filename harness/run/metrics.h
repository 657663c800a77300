// Metrics of a run out of what was sampled. Names, units and gating are those
// of harness/samples/metric_table.h.
#ifndef EXITBENCH_HARNESS_RUN_METRICS_H_
#define EXITBENCH_HARNESS_RUN_METRICS_H_

#include <vector>

#include "cases/case.h"
#include "harness/samples/metric_table.h"
#include "harness/samples/noise_meter.h"
#include "harness/samples/samples.h"
#include "results/model/model.h"
#include "vmm/machine.h"

namespace exitbench {

// Nothing without samples; takes the histogram out of `samples`, and sorts the
// raw ones.
void AddMetric(MetricId id, Samples& samples, CaseResult& result);

// One value as a metric of a run.
void AddValue(MetricId id, double value, CaseResult& result);

// What `row` says an event is made of: ticks per item, ticks per byte, and MB/s
// (10^6 bytes) where a tick is a time. `ticks` are the samples of one run, of
// time per event. Not gating: they follow from it.
void AddRates(const Case& row, const std::vector<double>& ticks,
              double clock_khz, Tick tick, CaseResult& result);

// The case's own figures, if it has any.
void AddFigures(const Case& row, Machine& machine,
                const std::vector<double>& ticks, CaseResult& result);

// For the guest and for the host: "..._lost", the share of the time beyond the
// least quantum; "..._detours", how many a second; "..._detour", what each
// took; "host_quantum"; and "guest_detours_with_exit", the share of the guest's
// that exits can account for. One sample a run, but for the detours and quanta.
void AddNoiseMetrics(const NoiseMeter& noise, double clock_khz,
                     CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_METRICS_H_
