// The kinds of host on which the expectations of all rows were tested. On any
// other host an unexpected result may be a mistake of a row as well.
#ifndef EXITBENCH_HARNESS_HOST_KNOWN_HOSTS_H_
#define EXITBENCH_HARNESS_HOST_KNOWN_HOSTS_H_

#include <string>

#include "vmm/host/backend.h"
#include "vmm/host/feature_set.h"

namespace exitbench {

// The key of a fact of the host. Its value is "tested" or "untested".
inline constexpr char kExpectationsFact[] = "expectations";

// Returns whether all cases were run on a host with this backend and the same
// features, as far as these decide what exits.
bool IsKnownHost(Backend backend, const FeatureSet& features);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_KNOWN_HOSTS_H_
