// What another kernel changed on the same hosts.
#ifndef EXITBENCH_RESULTS_FLEET_FLEET_PAIRS_H_
#define EXITBENCH_RESULTS_FLEET_FLEET_PAIRS_H_

#include <vector>

#include "results/fleet/fleet.h"
#include "results/fleet/fleet_table.h"

namespace exitbench {

// Pairs the groups of neighbouring kernels that are alike in all else, by their
// hosts. `tables` are those of the groups in `report`.
void AddPairs(const std::vector<Table>& tables, FleetReport& report);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_FLEET_PAIRS_H_
