// What about a host makes its figures unreliable, and what would mend it.
// Works on recorded facts alone: it changes nothing, and tests need no host.
#ifndef EXITBENCH_HARNESS_HOST_DOCTOR_H_
#define EXITBENCH_HARNESS_HOST_DOCTOR_H_

#include <vector>

#include "harness/host/finding.h"
#include "results/model/model.h"

namespace exitbench {

// Each subject once, in a fixed order, good ones included.
std::vector<Finding> Diagnose(const Host& host,
                              const std::vector<Fact>& session_facts);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_DOCTOR_H_
