// A diff for people (text) and for programs (JSON).
#ifndef EXITBENCH_RESULTS_REPORT_DIFF_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_DIFF_REPORT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "results/compare/diff.h"
#include "results/text/column_table.h"

namespace exitbench {

struct ReportOptions {
  bool changed_only = false;
  bool colour = false;
};

// No line is wider than kTextColumns, and no character of a file reaches the
// terminal that could move its cursor.
std::string DiffToText(const Diff& diff, const ReportOptions& options);

// Everything, whatever changed. Fields: docs/diff.md.
std::string DiffToJson(const Diff& diff);

// The pieces that reports share.

absl::string_view Name(Change change);      // better, worse, same, unsure...
absl::string_view Name(CaseChange change);  // newly failing, removed...
Colour ColourOf(Change change);

// Two blanks, the name, and the unit unless it is ticks.
std::string MetricLabel(absl::string_view metric, Unit unit);

// Short, with about five digits.
std::string FormatValue(double value);
// "+25.0%" of `ratio` 1.25; `exact`: with digits enough to show any change.
std::string FormatChange(double ratio, bool exact);
// "refused: CPU model differs: A and B", or the like, of at most `most` bytes.
std::string FormatDifference(const Difference& difference, size_t most);
// Appends `head` and the words of `text`, in lines of kTextColumns at most that
// are indented below `head`.
void AppendWrapped(absl::string_view head, absl::string_view text,
                   std::string& out);
// The text before the first '/', by which cases are grouped.
absl::string_view Family(absl::string_view case_name);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_DIFF_REPORT_H_
