// Warnings about samples that weaken a comparison: few sessions, disturbed
// runs, one boot, drift, kernels built by different compilers, mitigations that
// a count of instructions does not show.
#ifndef EXITBENCH_RESULTS_SIDES_SIDE_WARNINGS_H_
#define EXITBENCH_RESULTS_SIDES_SIDE_WARNINGS_H_

#include <string>
#include <vector>

#include "results/sides/side.h"

namespace exitbench {

// Returns one sentence per warning. `boot_variance_known` says that a
// calibration file tells how much boots differ. Without one each side of a
// single boot is warned of, since the effect of that boot is in all its runs.
std::vector<std::string> SampleWarnings(const Side& baseline,
                                        const Side& candidate,
                                        bool boot_variance_known);

// The same for many sides. They are named by number: "[2]" is sides[1]. A
// warning about several sides is given once.
std::vector<std::string> SampleWarnings(const std::vector<Side>& sides,
                                        bool boot_variance_known);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_SIDE_WARNINGS_H_
