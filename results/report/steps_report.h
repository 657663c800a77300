// The table of many sides: a column for each, and the list of steps.
#ifndef EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_

#include <string>

#include "results/compare/steps.h"
#include "results/report/diff_report.h"

namespace exitbench {

// No line is wider than kTextColumns: more sides than fit make several tables
// below each other.
std::string StepsToText(const Steps& steps, const ReportOptions& options);

std::string StepsToJson(const Steps& steps);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_
