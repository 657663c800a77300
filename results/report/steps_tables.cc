#include "results/report/steps_tables.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "results/model/names.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

constexpr size_t kSidesPerTable = 6;

absl::string_view Mark(Change change) {
  switch (change) {
    case Change::kWorse:
      return "!";
    case Change::kBetter:
      return "*";
    case Change::kNotComparable:
      return "?";
    default:
      return "";
  }
}

std::string TableText(const Steps& steps, size_t first, size_t last,
                      const ReportOptions& options, bool colour, size_t most) {
  std::vector<Column> columns = {
      {absl::StrCat("(", Name(Unit::kTicks, steps.tick), ")"), Align::kLeft,
       0}};
  for (size_t i = first; i < last; ++i) {
    columns.push_back({absl::StrCat("[", i + 1, "]"), Align::kPoint, 2});
    columns.push_back({"", Align::kLeft, 0});
  }
  ColumnTable table(std::move(columns));
  absl::string_view family, case_name;
  bool any = false;
  for (const StepRow& row : steps.rows) {
    if (options.changed_only && !HasStep(row)) continue;
    if (any && Family(row.case_name) != family) table.AddLine("");
    if (!any || row.case_name != case_name) {
      table.AddLine(Shortened(row.case_name, options.columns));
    }
    any = true;
    family = Family(row.case_name);
    case_name = row.case_name;
    std::vector<Cell> cells = {{MetricLabel(row.metric, row.unit)}};
    for (size_t i = first; i < last; ++i) {
      const StepCell& cell = row.cells[i];
      const Colour colour = cell.newly_failing       ? Colour::kBad
                            : IsChanged(cell.change) ? ColourOf(cell.change)
                                                     : Colour::kNone;
      cells.push_back({CellText(cell), colour});
      cells.push_back(
          {cell.newly_failing ? "!" : std::string(Mark(cell.change)), colour});
    }
    table.AddRow(std::move(cells));
    for (size_t i = first; i < last; ++i) {
      AddModesLine(absl::StrCat("[", i + 1, "]"), row.cells[i].modes, table);
    }
  }
  return any ? table.Render(colour, most) : "";
}

}  // namespace

bool HasStep(const StepRow& row) {
  return std::any_of(
      row.cells.begin(), row.cells.end(), [](const StepCell& cell) {
        return IsChanged(cell.change) || cell.newly_failing || cell.lost;
      });
}

std::string CellText(const StepCell& cell) {
  if (cell.has_value) return FormatValue(cell.value);
  const bool silent =
      cell.outcome == Outcome::kUnspecified || cell.outcome == Outcome::kOk;
  return silent ? "-" : std::string(Name(cell.outcome));
}

std::string StepTables(const Steps& steps, const ReportOptions& options) {
  std::string text;
  const size_t sides = steps.sides.size();
  for (size_t first = 0; first < sides;) {
    size_t last = std::min(sides, first + kSidesPerTable);
    while (last > first + 1 &&
           WidestLine(TableText(steps, first, last, options, false,
                                kAnyWidth)) > options.columns) {
      --last;
    }
    const std::string table =
        TableText(steps, first, last, options, options.colour, options.columns);
    if (!table.empty()) absl::StrAppend(&text, "\n", table);
    first = last;
  }
  return text;
}

std::string StepList(const Steps& steps, const ReportOptions& options) {
  ColumnTable table({{"step", Align::kLeft, 0},
                     {"metric", Align::kLeft, 2, 1},
                     {"sides", Align::kLeft, 2},
                     {"from", Align::kPoint, 2, 3},
                     {"to", Align::kPoint, 2, 3},
                     {"change", Align::kPoint, 2},
                     {"verdict", Align::kLeft, 2, 2}});
  bool any = false;
  for (const StepRow& row : steps.rows) {
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const StepCell& cell = row.cells[i];
      if (!IsChanged(cell.change)) continue;
      any = true;
      const bool comparable = cell.change != Change::kNotComparable;
      table.AddRow(
          {{Shortened(row.case_name, 30)},
           {Shortened(row.metric, 12)},
           {absl::StrCat("[", cell.base + 1, "]->[", i + 1, "]")},
           {CellText(row.cells[cell.base])},
           {CellText(cell)},
           {comparable ? FormatChange(cell.ratio, cell.exact) : ""},
           {absl::StrCat(Name(cell.change), steps.forced ? " (forced)" : ""),
            ColourOf(cell.change)}});
      AddDisagreementLine("", cell.disagreement, row.cells[cell.base].value,
                          cell.value, table);
    }
  }
  return any ? absl::StrCat("\n", table.Render(options.colour, options.columns))
             : "";
}

}  // namespace exitbench
