// Prints results as a table for people.
#ifndef EXITBENCH_RESULTS_REPORT_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_REPORT_H_

#include <cstddef>
#include <string>

#include "results/model/model.h"
#include "results/text/column_table.h"

namespace exitbench {

// Returns the host in a few lines, a row per case, the meaning of the columns,
// and which cases were skipped or failed and why. Lines fit into `columns`,
// except for words that are longer; what was left out for that is named.
std::string RenderReport(const Results& results, size_t columns = kAnyWidth);

// Returns text such as "12 OK, 3 SKIPPED, 1 FAILED".
std::string OutcomeCounts(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_REPORT_H_
