// What about a host makes its figures unreliable, and how to fix it. It reads
// recorded facts and not the host, and changes nothing.
#ifndef EXITBENCH_HARNESS_HOST_DOCTOR_H_
#define EXITBENCH_HARNESS_HOST_DOCTOR_H_

#include <vector>

#include "harness/host/finding.h"
#include "results/model/model.h"

namespace exitbench {

// Returns one finding on each subject, also on what is good, in a fixed order.
std::vector<Finding> Diagnose(const Host& host,
                              const std::vector<Fact>& session_facts);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_DOCTOR_H_
