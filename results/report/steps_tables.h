// The tables of many sides, as parts of StepsToText().
#ifndef EXITBENCH_RESULTS_REPORT_STEPS_TABLES_H_
#define EXITBENCH_RESULTS_REPORT_STEPS_TABLES_H_

#include <string>

#include "results/compare/steps.h"
#include "results/report/diff_report.h"

namespace exitbench {

// Returns the value of the cell, or the outcome of a case that has none.
std::string CellText(const StepCell& cell);

// Returns whether something in the row changed, failed or is lost.
bool HasStep(const StepRow& row);

// Returns tables with a column for each side. Empty if there is nothing to
// show.
std::string StepTables(const Steps& steps, const ReportOptions& options);

// Returns the list of steps, or an empty text.
std::string StepList(const Steps& steps, const ReportOptions& options);

// Returns the width of the widest line of `text`, which has no colour.
size_t WidestLine(absl::string_view text);

// Returns tables with each side's value, its change against the first side and
// the verdict: as many sides in each as fit into the width. Empty if there is
// nothing to show.
std::string BaselineTables(const Steps& steps, const ReportOptions& options);

// Returns one line for each side but the first, with its counts of verdicts.
std::string BaselineCounts(const Steps& steps, size_t columns);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_STEPS_TABLES_H_
