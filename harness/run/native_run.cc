#include "harness/run/native_run.h"

#include <algorithm>
#include <string>

#include "base/status_macros.h"
#include "harness/run/metrics.h"
#include "harness/run/native.h"
#include "harness/settings/prepare.h"

namespace exitbench {

const char* WhyNotNative(const Case& row, GuestMode mode) {
  if (row.native) return nullptr;
  if (row.blob == nullptr) return "its event is a call of the host's";
  if (row.expect.exit.reason != ExpectedExit::kNone) {
    return "its event is an exit to userspace";
  }
  if (mode == kKernelMode) return "its payload runs in the kernel's mode only";
  return "its payload relies on what only a VM has";
}

absl::Status MeasureNative(Machine& machine, const CaseInstance& instance,
                           const RunSettings& settings, const LoopPlan& plan,
                           RunTools& tools, CaseResult& result) {
  if (const char* why = WhyNotNative(*instance.row, instance.mode)) {
    result.no_native = why;
    return absl::OkStatus();
  }
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
      result.no_native = std::string(ran.message());
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
  if (native_net >= 1 && guest_net > 0) {
    AddValue(MetricId::kGnr, guest_net / native_net, result);
  }
  return absl::OkStatus();
}

}  // namespace exitbench
