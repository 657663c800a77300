// Prints the steps of many sides: a table with a column per side, and a list.
#ifndef EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_

#include <string>

#include "results/compare/steps.h"
#include "results/report/diff_report.h"

namespace exitbench {

// Returns the table and the list. No line is wider than kTextColumns: sides
// that do not fit go to further tables below.
std::string StepsToText(const Steps& steps, const ReportOptions& options);

// Returns everything as JSON.
std::string StepsToJson(const Steps& steps);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_
