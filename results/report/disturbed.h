// How many runs of a results file were disturbed, and by what.
#ifndef EXITBENCH_RESULTS_REPORT_DISTURBED_H_
#define EXITBENCH_RESULTS_REPORT_DISTURBED_H_

#include <string>

#include "results/model/model.h"

namespace exitbench {

// Returns "216 of 263 runs were disturbed: interrupts/s (180), involuntary
// switches/s (36)\n", the most frequent causes first; empty if none was.
std::string DisturbedText(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_DISTURBED_H_
