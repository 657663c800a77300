#include "harness/run/mark.h"

#include "base/status_macros.h"
#include "harness/loop/guest_loop.h"
#include "harness/settings/prepare.h"
#include "vmm/machine.h"

namespace exitbench {

absl::StatusOr<uint64_t> CountMarkedEvents(const Kvm& kvm,
                                           const CaseInstance& instance,
                                           const RunSettings& settings,
                                           RunTools& tools) {
  const Case& row = *instance.row;
  // With helper threads both ends count the calls, so a mark would add nothing.
  if (row.blob == nullptr || row.place != Place::kNowhere) return 0;
  EB_ASSIGN_OR_RETURN(Machine machine,
                      PrepareMachine(kvm, instance, row.blob->marked));
  LoopPlan plan;
  plan.events = plan.batch = 1;
  plan.time_limit = settings.config.time_limit;
  uint64_t marked = 0;
  for (uint32_t i = 0; i < kMarkedEvents; ++i) {
    machine.parameters(0).mark = 0;
    tools.control.Clear();
    EB_RETURN_IF_ERROR(
        RunGuestLoop(machine, row, plan, tools.watchdog, tools.control));
    marked += machine.parameters(0).mark == EB_EVENT_MARK;
  }
  return marked;
}

}  // namespace exitbench
