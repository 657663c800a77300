// Describes in words, for `list`, what a case is expected to do on a backend.
#ifndef EXITBENCH_CASES_CATALOGUE_DESCRIBE_H_
#define EXITBENCH_CASES_CATALOGUE_DESCRIBE_H_

#include <string>

#include "cases/catalogue/catalogue.h"
#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"

namespace exitbench {

// Returns what each event does and what proves it: "exits to userspace,
// KVM_EXIT_IO; proven by its records, exits, io_exits".
std::string DescribeExpectation(const CaseInstance& instance, Backend backend,
                                const FeatureSet& features);

// Returns the capabilities and CPUID bits that the case needs, joined by ", ".
// Empty: none.
std::string DescribeNeeds(const CaseInstance& instance);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CATALOGUE_DESCRIBE_H_
