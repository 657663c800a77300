// Prints results as a table for people.
#ifndef EXITBENCH_RESULTS_REPORT_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_REPORT_H_

#include <string>

#include "results/model/model.h"

namespace exitbench {

// Returns the host in a few lines, a row per case, the meaning of the columns,
// and which cases were skipped or failed and why.
std::string RenderReport(const Results& results);

// Returns text such as "12 OK, 3 SKIPPED, 1 FAILED".
std::string OutcomeCounts(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_REPORT_H_
