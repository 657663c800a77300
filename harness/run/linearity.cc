#include "harness/run/linearity.h"

#include <algorithm>
#include <memory>

#include "base/status_macros.h"
#include "harness/loop/helper_threads.h"
#include "harness/loop/outcome.h"
#include "harness/settings/prepare.h"

namespace exitbench {
namespace {

absl::Status MeasureOn(Machine& machine, const Case& row, LoopPlan plan,
                       RunTools& tools, CaseResult& result) {
  plan.legs = false;
  const uint32_t all = plan.events;
  for (uint32_t part : {4u, 2u, 1u}) {
    plan.events = std::max(1u, all / part);
    plan.batch = BatchEvents(row, plan.events);
    tools.control.Clear();
    EB_RETURN_IF_ERROR(Annotated(
        "linearity: ",
        RunGuestLoop(machine, row, plan, tools.watchdog, tools.control)));
    result.linearity.push_back({plan.events, tools.control.EventTicks()});
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status MeasureLinearity(const Kvm& kvm, Machine& machine,
                              const CaseInstance& instance,
                              const RunSettings& settings, LoopPlan plan,
                              RunTools& tools, CaseResult& result) {
  if (plan.helpers == nullptr) {
    return MeasureOn(machine, *instance.row, plan, tools, result);
  }
  EB_ASSIGN_OR_RETURN(
      Machine fresh,
      PrepareMachine(
          kvm, instance,
          ImageOf(instance, settings.StampOf(instance.mode).kind, false)));
  EB_ASSIGN_OR_RETURN(
      std::unique_ptr<HelperThreads> helpers,
      HelperThreads::Start(fresh, *instance.row, settings.Helpers()));
  plan.helpers = helpers.get();
  return MeasureOn(fresh, *instance.row, plan, tools, result);
}

}  // namespace exitbench
