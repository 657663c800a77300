// A results file as a table for people.
#ifndef EXITBENCH_RESULTS_REPORT_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_REPORT_H_

#include <string>

#include "results/model/model.h"

namespace exitbench {

// The host in a line or two, a row per case, what was skipped or failed and
// why, and what the columns mean.
std::string RenderReport(const Results& results);

// "12 OK, 3 SKIPPED, 1 FAILED".
std::string OutcomeCounts(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_REPORT_H_
