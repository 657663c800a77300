// Whether the event's instruction was executed at each event, by the guest's
// own word.
//
// Of each payload there is one more build, in which EVENT leaves a mark behind
// its instruction (EB_EVENT_MARK in guest_blobs/abi.h). It is run, untimed,
// only where nothing else confirms an event that does not exit as expected: an
// instruction that was executed and did not exit is a finding; one that was
// never executed is a wrong row.
#ifndef EXITBENCH_HARNESS_RUN_MARK_H_
#define EXITBENCH_HARNESS_RUN_MARK_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_settings.h"
#include "vmm/kvm.h"

namespace exitbench {

inline constexpr uint32_t kMarkedEvents = 20;

// Runs kMarkedEvents in a VM of its own; how many left the mark. Uses the
// samples of tools.control.
absl::StatusOr<uint64_t> CountMarkedEvents(const Kvm& kvm,
                                           const CaseInstance& instance,
                                           const RunSettings& settings,
                                           RunTools& tools);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_MARK_H_
