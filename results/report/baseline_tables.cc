#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "results/model/names.h"
#include "results/report/steps_tables.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Enough for a metric, the baseline and one side.
constexpr size_t kLeastColumns = 60;

std::string Number(size_t side) { return absl::StrCat("[", side + 1, "]"); }

std::string Verdict(const StepCell& cell, bool forced) {
  if (cell.newly_failing) return "newly failing";
  if (cell.change == Change::kNotComparable) return "not comparable";
  if (cell.lost) return "lost";
  if (!cell.compared) return "";
  return absl::StrCat(Name(cell.change), forced ? " (forced)" : "");
}

ColumnTable NewTable(const Steps& steps, size_t first, size_t last) {
  std::vector<Column> columns = {
      {absl::StrCat("(", Name(Unit::kTicks, steps.tick), ")"), Align::kLeft, 0},
      {Number(0), Align::kPoint, 2}};
  for (size_t i = first; i < last; ++i) {
    columns.push_back({Number(i), Align::kPoint, 3});
    columns.push_back({"change", Align::kPoint, 2});
    columns.push_back({"verdict", Align::kLeft, 2});
  }
  return ColumnTable(std::move(columns));
}

std::vector<Cell> Cells(const StepRow& row, size_t first, size_t last,
                        bool forced) {
  std::vector<Cell> cells = {{MetricLabel(row.metric, row.unit)},
                             {CellText(row.cells[0])}};
  for (size_t i = first; i < last; ++i) {
    const StepCell& cell = row.cells[i];
    const Colour colour =
        cell.newly_failing ? Colour::kBad : ColourOf(cell.change);
    cells.push_back({CellText(cell), colour});
    cells.push_back(
        {cell.compared ? FormatChange(cell.ratio, cell.exact) : "", colour});
    cells.push_back({Verdict(cell, forced), colour});
  }
  return cells;
}

// Returns the table of the baseline and sides from `first` to before `last`.
std::string TableText(const Steps& steps, size_t first, size_t last,
                      const ReportOptions& options, bool colour, size_t most) {
  ColumnTable table = NewTable(steps, first, last);
  absl::string_view family, case_name;
  bool any = false;
  for (const StepRow& row : steps.rows) {
    if (options.changed_only && !HasStep(row)) continue;
    if (any && Family(row.case_name) != family) table.AddLine("");
    if (!any || row.case_name != case_name) {
      table.AddLine(Shortened(row.case_name, kLeastColumns));
    }
    any = true;
    family = Family(row.case_name);
    case_name = row.case_name;
    table.AddRow(Cells(row, first, last, steps.forced));
    AddModesLine(Number(0), row.cells[0].modes, table);
    for (size_t i = first; i < last; ++i) {
      AddModesLine(Number(i), row.cells[i].modes, table);
    }
    for (size_t i = first; i < last; ++i) {
      AddDisagreementLine(Number(i), row.cells[i].disagreement,
                          row.cells[0].value, row.cells[i].value, table);
    }
  }
  return any ? table.Render(colour, most) : "";
}

}  // namespace

size_t WidestLine(absl::string_view text) {
  size_t widest = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    widest = std::max(widest, Width(line));
  }
  return widest;
}

std::string BaselineTables(const Steps& steps, const ReportOptions& options) {
  const size_t most = std::max(options.columns, kLeastColumns);
  const size_t sides = steps.sides.size();
  std::string text;
  for (size_t first = 1; first < sides;) {
    // A side takes no less than 16 columns.
    size_t last = std::min(sides, first + std::max<size_t>(1, most / 16));
    while (last > first + 1 && WidestLine(TableText(steps, first, last, options,
                                                    false, kAnyWidth)) > most) {
      --last;
    }
    const std::string table =
        TableText(steps, first, last, options, options.colour, most);
    if (!table.empty()) absl::StrAppend(&text, "\n", table);
    first = last;
  }
  return text;
}

std::string BaselineCounts(const Steps& steps, size_t columns) {
  std::string text;
  for (size_t i = 1; i < steps.sides.size(); ++i) {
    size_t worse = 0, better = 0, same = 0, unsure = 0;
    for (const StepRow& row : steps.rows) {
      const StepCell& cell = row.cells[i];
      if (!cell.compared) continue;
      worse += cell.change == Change::kWorse;
      better += cell.change == Change::kBetter;
      same += cell.change == Change::kSame;
      unsure += cell.change == Change::kUnsure;
    }
    const std::string counts =
        absl::StrCat(worse, " worse, ", better, " better, ", same, " same, ",
                     unsure, " unsure\n");
    const std::string number = Number(i) + "  ";
    const std::string name = absl::StrCat(
        Shortened(steps.sides[i].name, columns - number.size() - 1), ":");
    const bool fits =
        number.size() + name.size() + 1 + counts.size() <= columns + 1;
    absl::StrAppend(
        &text, number, name,
        fits ? " " : absl::StrCat("\n", std::string(number.size(), ' ')),
        counts);
  }
  return text;
}

}  // namespace exitbench
