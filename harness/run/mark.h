// Whether the guest executed the instruction of each event.
//
// Each payload is also built so that it leaves a mark after the instruction
// (EB_EVENT_MARK in guest_blobs/abi.h). This build is run, untimed, if an event
// does not exit as expected and nothing else confirms that it happened. If the
// instruction was executed, that is a finding about the host. If it was not,
// the row is wrong.
#ifndef EXITBENCH_HARNESS_RUN_MARK_H_
#define EXITBENCH_HARNESS_RUN_MARK_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_settings.h"
#include "vmm/kvm.h"

namespace exitbench {

// How many events are checked.
inline constexpr uint32_t kMarkedEvents = 20;

// Runs kMarkedEvents events in a VM of its own and counts those that left the
// mark. Returns 0 for rows that have no such build. Uses the buffers of
// tools.control.
absl::StatusOr<uint64_t> CountMarkedEvents(const Kvm& kvm,
                                           const CaseInstance& instance,
                                           const RunSettings& settings,
                                           RunTools& tools);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_MARK_H_
