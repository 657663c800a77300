// The events of a case once more, untimed, for whoever observes them.
#ifndef EXITBENCH_HARNESS_PROFILE_OBSERVED_LOOP_H_
#define EXITBENCH_HARNESS_PROFILE_OBSERVED_LOOP_H_

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "harness/loop/region.h"
#include "harness/settings/run_settings.h"
#include "vmm/kvm.h"

namespace exitbench {

// Runs events of `instance` for about `time`, in fresh VMs that were warmed up,
// with each batch or call in `region`. Calls `between` about each 40 ms,
// outside of regions. Returns how many events were in regions. Errors are those
// of RunGuestLoop() and RunHostLoop(), and of `between`.
absl::StatusOr<uint64_t> RunObserved(
    const Kvm& kvm, const CaseInstance& instance, RunSettings settings,
    RunTools& tools, Region& region, absl::Duration time,
    const std::function<absl::Status()>& between);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROFILE_OBSERVED_LOOP_H_
