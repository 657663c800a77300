// Metrics beyond time per event: per byte, per item, and a case's own figures.
#ifndef EXITBENCH_HARNESS_RUN_FIGURES_H_
#define EXITBENCH_HARNESS_RUN_FIGURES_H_

#include <vector>

#include "cases/case.h"
#include "results/model/model.h"
#include "vmm/machine.h"

namespace exitbench {

// Adds to `result` what `row` says an event is made of: ticks per item, ticks
// per byte, and MB/s (10^6 bytes) where a tick is a time. `ticks` are the
// samples of one run, of time per event. Not gating: they follow from it.
void AddRates(const Case& row, const std::vector<double>& ticks, double tsc_khz,
              Tick tick, CaseResult& result);

// Adds the case's own figures, if it has any.
void AddFigures(const Case& row, Machine& machine,
                const std::vector<double>& ticks, CaseResult& result);

// Adds one value as a metric of a run.
void AddValue(const char* name, Unit unit, Direction direction, double value,
              CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_FIGURES_H_
