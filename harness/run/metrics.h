// Metrics of a run out of its samples: times, noise.
#ifndef EXITBENCH_HARNESS_RUN_METRICS_H_
#define EXITBENCH_HARNESS_RUN_METRICS_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/noise_meter.h"
#include "results/model/model.h"

namespace exitbench {

// In ticks, fewer being better. Nothing without samples; takes the histogram
// out of `samples`.
void AddMetric(absl::string_view name, bool gating, Samples& samples,
               CaseResult& result);

// For the guest and for the host: "..._lost", the share of the time beyond the
// least quantum; "..._detours", how many a second; "..._detour", what each
// took; "host_quantum"; and "guest_detours_with_exit", the share of the guest's
// that exits can account for. One sample a run, but for the detours and quanta.
void AddNoiseMetrics(const NoiseMeter& noise, double tsc_khz,
                     CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_METRICS_H_
