// What weakens any verdict on compared sides: few sessions, disturbed runs, one
// boot, drift, kernels of two compilers.
#ifndef EXITBENCH_RESULTS_SIDES_SIDE_WARNINGS_H_
#define EXITBENCH_RESULTS_SIDES_SIDE_WARNINGS_H_

#include <string>
#include <vector>

#include "results/sides/side.h"

namespace exitbench {

// One sentence each. `calibrated`: how much boots differ is known from a
// calibration. Without one, a side of one boot is warned of whatever the other
// has: its boot's own effect is in all its runs.
std::vector<std::string> SampleWarnings(const Side& from, const Side& to,
                                        bool calibrated);

// The same of many sides, by their numbers: "[2]" is sides[1]. What holds for
// several is said once.
std::vector<std::string> SampleWarnings(const std::vector<Side>& sides,
                                        bool calibrated);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_SIDE_WARNINGS_H_
