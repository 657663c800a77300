// Prints a diff as text for people and as JSON for programs.
#ifndef EXITBENCH_RESULTS_REPORT_DIFF_REPORT_H_
#define EXITBENCH_RESULTS_REPORT_DIFF_REPORT_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/compare/diff.h"
#include "results/stats/modes.h"
#include "results/text/column_table.h"
#include "results/text/json_writer.h"

namespace exitbench {

struct ReportOptions {
  bool changed_only = false;
  bool colour = false;
  // The width of the lines of text, kLeastTextColumns or more.
  size_t columns = kTextColumns;
};

// Returns the diff as text. No line is wider than options.columns; what was
// left out of a table for that is named. Text from files can't move the cursor
// of a terminal.
std::string DiffToText(const Diff& diff, const ReportOptions& options);

// Writes further members of a JSON document.
using MoreJson = std::function<void(JsonWriter&)>;

// Returns all of the diff as JSON, and what `more` writes.
std::string DiffToJson(const Diff& diff, const MoreJson& more = {});

// What follows is shared by the reports.

// Returns better, worse, same, unsure, and so on.
absl::string_view Name(Change change);
// Returns newly failing, removed, and so on.
absl::string_view Name(CaseChange change);
Colour ColourOf(Change change);

// Returns two blanks, the name, and the unit unless it is ticks.
std::string MetricLabel(absl::string_view metric, Unit unit);

// Returns about five digits of `value`.
std::string FormatValue(double value);
// Returns "+25.0%" for `ratio` 1.25. With `exact` there are enough digits to
// show any change.
std::string FormatChange(double ratio, bool exact);
// Returns text such as "CPU model: A -> B", of at most `most` bytes. Where it
// has to be cut, both values keep their room, and what they begin with alike
// goes first.
std::string FormatDifference(const Difference& difference, size_t most);
// Appends `head` and the words of `text`, in lines of at most `columns`. All
// lines but the first are indented by the width of `head`.
void AppendWrapped(absl::string_view head, absl::string_view text,
                   size_t columns, std::string& out);
// Appends `head` and the differences with their values, separated by commas, in
// lines of at most `columns`. A difference is cut only if it is longer than a
// line.
void AppendDifferenceList(absl::string_view head,
                          const std::vector<Difference>& differences,
                          size_t columns, std::string& out);
// Adds a dim line below a row if the runs of `side` lie in two places, so that
// its median is no centre.
void AddModesLine(absl::string_view side, const std::optional<TwoModes>& modes,
                  ColumnTable& table);
// Adds a dim line below a row that says why its change is not that of the two
// values shown. `side` is "" or names the compared side.
void AddDisagreementLine(absl::string_view side, Disagreement why,
                         double old_value, double new_value,
                         ColumnTable& table);
// Returns none, drift, two places or skewed.
absl::string_view Name(Disagreement disagreement);
// Writes `modes` with their values and runs, if there are any.
void WriteModes(const std::optional<TwoModes>& modes, JsonWriter& json);
// Returns the text before the first '/'. Cases are grouped by it.
absl::string_view Family(absl::string_view case_name);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_REPORT_DIFF_REPORT_H_
