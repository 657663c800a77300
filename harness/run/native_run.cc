#include "harness/run/native_run.h"

#include <algorithm>

#include "base/status_macros.h"
#include "harness/run/metrics.h"
#include "harness/run/native.h"
#include "harness/settings/prepare.h"

namespace exitbench {

absl::Status MeasureNative(Machine& machine, const CaseInstance& instance,
                           const RunSettings& settings, const LoopPlan& plan,
                           RunTools& tools, CaseResult& result) {
  const double guest_net = tools.samples[MetricId::kGuest].Iqm() -
                           tools.control[MetricId::kGuest].Iqm();
  double native_net = 0;
  for (bool control : {false, true}) {
    Samples& ticks =
        (control ? tools.control : tools.samples)[MetricId::kGuest];
    ticks.Clear();
    const absl::Status ran = RunNative(
        machine, *instance.row,
        ImageOf(instance, settings.StampOf(instance.mode).kind, control),
        plan.events, plan.batch, ticks);
    if (absl::IsUnimplemented(ran)) {
      result.metrics.erase(
          std::remove_if(result.metrics.begin(), result.metrics.end(),
                         [](const Metric& m) {
                           return m.name == SpecOf(MetricId::kNative).name;
                         }),
          result.metrics.end());
      return absl::OkStatus();
    }
    EB_RETURN_IF_ERROR(ran);
    native_net += control ? -ticks.Iqm() : ticks.Iqm();
    AddMetric(control ? MetricId::kNativeControl : MetricId::kNative, ticks,
              result);
  }
  if (native_net >= 1) {
    AddValue(MetricId::kGnr, guest_net / native_net, result);
  }
  return absl::OkStatus();
}

}  // namespace exitbench
