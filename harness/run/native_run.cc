#include "harness/run/native_run.h"

#include <algorithm>

#include "base/status_macros.h"
#include "harness/run/figures.h"
#include "harness/run/metrics.h"
#include "harness/run/native.h"
#include "harness/run/prepare.h"

namespace exitbench {

absl::Status MeasureNative(Machine& machine, const CaseInstance& instance,
                           const RunSettings& settings, const LoopPlan& plan,
                           RunTools& tools, CaseResult& result) {
  const double guest_net =
      tools.samples.guest.Iqm() - tools.control.guest.Iqm();
  double native_net = 0;
  for (bool control : {false, true}) {
    Samples& ticks = control ? tools.control.guest : tools.samples.guest;
    ticks.Clear();
    const absl::Status ran =
        RunNative(machine, *instance.row,
                  ImageOf(instance, settings.StampOf(instance), control),
                  plan.events, plan.batch, ticks);
    if (absl::IsUnimplemented(ran)) {
      result.metrics.erase(
          std::remove_if(result.metrics.begin(), result.metrics.end(),
                         [](const Metric& m) { return m.name == "native"; }),
          result.metrics.end());
      return absl::OkStatus();
    }
    EB_RETURN_IF_ERROR(ran);
    native_net += control ? -ticks.Iqm() : ticks.Iqm();
    AddMetric(control ? "native_control" : "native", false, ticks, result);
  }
  if (native_net >= 1) {
    AddValue("gnr", Unit::kRatio, Direction::kLowerIsBetter,
             guest_net / native_net, result);
  }
  return absl::OkStatus();
}

}  // namespace exitbench
