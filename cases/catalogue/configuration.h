// The VM's configuration as users write it, by --vm of run:
//
//     --vm=pmu:off
//     --vm=apic:kernel,exits_disabled:hlt,pause
//
// A key, a colon, and what it is to be. Parts are joined by commas or
// semicolons; what has no colon belongs to the key before it. A case that the
// configuration changes gets another name, as with memory parameters: pio/out
// becomes pio/out.pmu_off. Its code hash stays, so that diff can compare it
// with pio/out of another configuration: CaseInstance::plain_name is what both
// have in common.
#ifndef EXITBENCH_CASES_CATALOGUE_CONFIGURATION_H_
#define EXITBENCH_CASES_CATALOGUE_CONFIGURATION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cases/catalogue/catalogue.h"
#include "results/model/model.h"
#include "vmm/vm_configuration.h"

namespace exitbench {

// Returns what `text` says; empty is nothing set. `parts` are those that the
// architecture has: ConfigurableParts(). kInvalidArgument names what is wrong,
// and what was probably meant.
absl::StatusOr<VmConfiguration> ParseConfiguration(absl::string_view text,
                                                   uint32_t parts);

// Returns what is set, for the results file: {"vm.pmu", "off"}.
std::vector<Fact> ConfigurationFacts(const VmConfiguration& configuration);

// Returns the parts that the user can choose for `row`: VmPart bits.
uint32_t ObeyedParts(const Case& row);

// Returns `cases` so configured. Each takes the parts that it obeys, and gets a
// name and a row of its own if there are any. What the row claims of exits that
// the guest does without becomes a claim that there are none. The others stay
// as they are. kInvalidArgument: no case obeys one of the parts.
absl::StatusOr<std::vector<CaseInstance>> Configured(
    std::vector<CaseInstance> cases, const VmConfiguration& configuration);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CATALOGUE_CONFIGURATION_H_
