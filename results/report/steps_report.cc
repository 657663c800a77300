#include "results/report/steps_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "results/model/names.h"
#include "results/text/json_writer.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

constexpr size_t kSidesPerTable = 6;

bool HasStep(const StepRow& row) {
  return std::any_of(
      row.cells.begin(), row.cells.end(), [](const StepCell& cell) {
        return IsChanged(cell.change) || cell.newly_failing || cell.lost;
      });
}

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

std::string CellText(const StepCell& cell) {
  if (cell.has_value) return FormatValue(cell.value);
  const bool silent =
      cell.outcome == Outcome::kUnspecified || cell.outcome == Outcome::kOk;
  return silent ? "-" : std::string(Name(cell.outcome));
}

// Returns whether more than one compiler built the sides' kernels.
bool CompilersDiffer(const Steps& steps) {
  return std::any_of(steps.sides.begin(), steps.sides.end(),
                     [&steps](const SideFacts& side) {
                       return side.compiler != steps.sides[0].compiler;
                     });
}

std::string TableText(const Steps& steps, size_t first, size_t last,
                      const ReportOptions& options) {
  std::vector<Column> columns = {
      {steps.tick == Tick::kInstruction ? "(instructions)" : "(cycles)",
       Align::kLeft, 0}};
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
      table.AddLine(Shortened(row.case_name, kTextColumns));
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
  }
  return any ? table.Render(options.colour) : "";
}

std::string StepList(const Steps& steps, bool colour) {
  ColumnTable table({{"step", Align::kLeft, 0},
                     {"metric", Align::kLeft, 2},
                     {"sides", Align::kLeft, 2},
                     {"from", Align::kPoint, 2},
                     {"to", Align::kPoint, 2},
                     {"change", Align::kPoint, 2},
                     {"verdict", Align::kLeft, 2}});
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
    }
  }
  return any ? absl::StrCat("\n", table.Render(colour)) : "";
}

std::string SummaryLine(const Steps& steps) {
  std::string text =
      absl::StrCat(steps.worse, " worse, ", steps.better, " better, ");
  if (steps.has_unsure) absl::StrAppend(&text, steps.unsure, " unsure, ");
  if (steps.lost_metrics > 0) {
    absl::StrAppend(&text, steps.lost_metrics, " lost metrics, ");
  }
  absl::StrAppend(&text, steps.newly_failing, " newly failing");
  if (steps.lost > 0) {
    absl::StrAppend(&text, ", ", steps.lost,
                    " lost (removed, newly skipped, other payload)");
  }
  return text + "\n";
}

}  // namespace

std::string StepsToText(const Steps& steps, const ReportOptions& options) {
  std::string text;
  for (size_t i = 0; i < steps.sides.size(); ++i) {
    const SideFacts& side = steps.sides[i];
    absl::StrAppend(&text, "[", i + 1, "]  ", Shortened(side.kernel, 36), "  ",
                    Shortened(side.backend, 10), "  ",
                    Shortened(side.label, 40), "\n");
    if (CompilersDiffer(steps)) {
      AppendWrapped("     kernel built by:",
                    side.compiler.empty() ? "unknown" : side.compiler, text);
    }
    // Only names: a diff of two sides shows the values.
    for (const Action action : {Action::kRefuseUnlessForced, Action::kWarn}) {
      std::vector<std::string> names;
      for (const Difference& d : steps.differences[i]) {
        if (d.action == action) names.push_back(d.what);
      }
      if (names.empty()) continue;
      AppendWrapped(action == Action::kWarn ? "     differs from [1]:"
                                            : "     UNLIKE [1]:",
                    absl::StrJoin(names, ", "), text);
    }
  }
  if (steps.refused) return text;
  for (const std::string& warning : steps.warnings) {
    AppendWrapped("warning:", warning, text);
  }
  bool any = false;
  for (size_t first = 0; first < steps.sides.size(); first += kSidesPerTable) {
    const std::string table = TableText(
        steps, first, std::min(first + kSidesPerTable, steps.sides.size()),
        options);
    if (table.empty()) continue;
    any = true;
    absl::StrAppend(&text, "\n", table);
  }
  if (!any)
    text +=
        options.changed_only ? "\nnothing changed\n" : "\nnothing to compare\n";
  absl::StrAppend(&text, StepList(steps, options.colour));
  absl::StrAppend(&text, "\n", SummaryLine(steps),
                  "! worse, * better, ? another payload: each against the side "
                  "of the step before\n");
  return text;
}

std::string StepsToJson(const Steps& steps) {
  JsonWriter json;
  json.BeginObject();
  json.Field("refused", steps.refused);
  json.Field("forced", steps.forced);
  json.Key("sides");
  json.BeginArray();
  for (size_t i = 0; i < steps.sides.size(); ++i) {
    const SideFacts& side = steps.sides[i];
    json.BeginObject();
    json.Field("file", side.label);
    json.Field("kernel", side.kernel);
    json.Field("kvm_backend", side.backend);
    json.Field("cpu_model", side.cpu);
    json.Field("kernel_compiler", side.compiler);
    json.Key("differences");
    json.BeginArray();
    for (const Difference& d : steps.differences[i]) {
      json.BeginObject();
      json.Field("what", d.what);
      json.Field("first", d.baseline);
      json.Field("here", d.candidate);
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.Key("warnings");
  json.BeginArray();
  for (const std::string& warning : steps.warnings) json.String(warning);
  json.EndArray();
  json.Field("worse", static_cast<double>(steps.worse));
  json.Field("better", static_cast<double>(steps.better));
  json.Field("newly_failing", static_cast<double>(steps.newly_failing));
  json.Field("lost", static_cast<double>(steps.lost));
  json.Field("lost_metrics", static_cast<double>(steps.lost_metrics));
  if (steps.has_unsure) {
    json.Field("unsure", static_cast<double>(steps.unsure));
  }
  json.Key("rows");
  json.BeginArray();
  for (const StepRow& row : steps.rows) {
    json.BeginObject();
    json.Field("case", row.case_name);
    json.Field("metric", row.metric);
    json.Field("unit", Name(row.unit, steps.tick));
    json.Key("cells");
    json.BeginArray();
    for (const StepCell& cell : row.cells) {
      json.BeginObject();
      json.Field("outcome", Name(cell.outcome));
      json.Field("lost", cell.lost);
      if (cell.has_value) {
        json.Field("value", cell.value);
        json.Field("step", IsChanged(cell.change));
        if (IsChanged(cell.change)) {
          json.Field("verdict", Name(cell.change));
          json.Field("ratio", cell.ratio);
          json.Field("from_side", static_cast<double>(cell.base));
        }
      }
      json.EndObject();
    }
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
  return json.Take();
}

}  // namespace exitbench
