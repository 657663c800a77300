// What groups of hosts are called.
#ifndef EXITBENCH_RESULTS_FLEET_FLEET_LABELS_H_
#define EXITBENCH_RESULTS_FLEET_FLEET_LABELS_H_

#include <vector>

#include "results/fleet/fleet.h"

namespace exitbench {

// Names groups by what people call them, and by more where that is not enough.
void LabelGroups(std::vector<FleetGroupReport>& groups);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_FLEET_LABELS_H_
