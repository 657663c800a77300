// Which of two kernels is older, by their releases.
#ifndef EXITBENCH_RESULTS_FLEET_KERNEL_ORDER_H_
#define EXITBENCH_RESULTS_FLEET_KERNEL_ORDER_H_

#include "absl/strings/string_view.h"
#include "results/fleet/digest.h"

namespace exitbench {

// Returns whether `a` comes before `b` if numbers are compared as numbers: 6.1
// before 6.12, 6.1.0-9 before 6.1.0-10.
bool IsOlderRelease(absl::string_view a, absl::string_view b);

// The same of the kernels of two groups; those of one release by their builds.
bool IsOlder(const FleetKey& a, const FleetKey& b);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_KERNEL_ORDER_H_
