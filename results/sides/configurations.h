// Sides whose VMs were configured differently, by run --vm.
//
// A case that a configuration changes has another name: pio/out.pmu_off. So
// files of two configurations have no name in common, and a comparison would
// find nothing. Here both are named without what differs, as pio/out.
#ifndef EXITBENCH_RESULTS_SIDES_CONFIGURATIONS_H_
#define EXITBENCH_RESULTS_SIDES_CONFIGURATIONS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/sides/side.h"

namespace exitbench {

// What stands for a part that a side did not set.
inline constexpr absl::string_view kDefaultPart = "default";

// Returns what the side's sessions set, by key: {"vm.pmu", "off"}.
std::map<std::string, std::string> ConfigurationOf(const Side& side);

// Names the cases of all sides without the VM's configuration, if the sides do
// not all have the same one.
void NameAcrossConfigurations(std::vector<Side>& sides);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_CONFIGURATIONS_H_
