// The kinds of host whose rows' expectations have been tested. On any other,
// what is unexpected says as much about exitbench as about the host.
#ifndef EXITBENCH_HARNESS_HOST_KNOWN_HOSTS_H_
#define EXITBENCH_HARNESS_HOST_KNOWN_HOSTS_H_

#include <string>

#include "vmm/backend.h"
#include "vmm/feature_set.h"

namespace exitbench {

// Key of the host's fact, "tested" or "untested".
inline constexpr char kExpectationsFact[] = "expectations";

// Whether all cases were run on a host of this backend with the same of those
// features that decide what exits.
bool IsKnownHost(Backend backend, const FeatureSet& features);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_KNOWN_HOSTS_H_
