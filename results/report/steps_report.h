// Prints many sides: the steps, as a table with a column per side and a list,
// or each against the first.
#ifndef EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_

#include <string>

#include "results/compare/steps.h"
#include "results/report/diff_report.h"

namespace exitbench {

// Returns the table and the list, or for Steps::against_first the comparison
// with that side. No line of text is wider than options.columns. Sides that do
// not fit go to further tables below.
std::string StepsToText(const Steps& steps, const ReportOptions& options);

// Returns everything as JSON, and what `more` writes.
std::string StepsToJson(const Steps& steps, const MoreJson& more = {});

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_STEPS_REPORT_H_
