#include "report/compare_json.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "report/plot_number.h"
#include "results/model/names.h"
#include "results/report/diff_report.h"
#include "results/sides/labels.h"

namespace exitbench {
namespace {

void WriteTexts(absl::string_view key, const std::vector<std::string>& texts,
                JsonWriter& json) {
  json.Key(key);
  json.BeginArray();
  for (const std::string& text : texts) json.String(text);
  json.EndArray();
}

bool IsShown(const Difference& difference) {
  return difference.action != Action::kNote;
}

void WriteDifferences(const std::vector<Difference>& differences,
                      JsonWriter& json) {
  json.BeginArray();
  for (const Difference& d : differences) {
    json.BeginArray();
    json.String(d.what);
    json.String(d.baseline);
    json.String(d.candidate);
    json.Integer(IsShown(d) ? 1 : 0);
    json.EndArray();
  }
  json.EndArray();
}

void WriteCounts(const DiffCounts& n, JsonWriter& json) {
  json.Key("counts");
  json.BeginObject();
  json.Field("worse", static_cast<double>(n.worse));
  json.Field("better", static_cast<double>(n.better));
  json.Field("same", static_cast<double>(n.same));
  json.Field("unsure", static_cast<double>(n.unsure));
  json.Field("newly failing", static_cast<double>(n.newly_failing));
  json.Field("recovered", static_cast<double>(n.recovered));
  json.Field("lost", static_cast<double>(n.lost + n.lost_metrics));
  json.Field("added", static_cast<double>(n.added));
  json.EndObject();
}

void WriteMetricRow(const CaseDiff& c, const MetricDiff& m, Tick tick,
                    StringTable& strings, JsonWriter& json) {
  json.BeginArray();
  strings.Write(c.name, json);
  strings.Write(m.metric, json);
  strings.Write(Name(m.unit, tick), json);
  strings.Write(Name(m.change), json);
  for (const Centre& centre : {m.baseline, m.candidate}) {
    if (centre.runs == 0) {
      json.Null();
    } else {
      json.Number(centre.value);
    }
  }
  for (const double number :
       {m.ratio, m.ratio_low, m.ratio_high, m.p_adjusted, m.margin}) {
    WritePlotNumber(number, json);
  }
  json.Integer(m.exact ? 1 : 0);
  json.Integer(m.runs_to_settle);
  json.String(std::isfinite(m.ratio) ? FormatChange(m.ratio, m.exact) : "");
  json.EndArray();
}

void WriteCaseRow(const CaseDiff& c, StringTable& strings, JsonWriter& json) {
  json.BeginArray();
  strings.Write(c.name, json);
  json.Number(-1);
  strings.Write(c.reason, json);
  strings.Write(Name(c.change), json);
  json.EndArray();
}

double FirstValue(const StepRow& row) {
  for (const StepCell& cell : row.cells) {
    if (cell.has_value) return cell.value;
  }
  return 0;
}

void WriteCell(const StepCell& cell, double first, StringTable& strings,
               JsonWriter& json) {
  if (cell.outcome == Outcome::kUnspecified && !cell.has_value) {
    return json.Integer(0);
  }
  json.BeginArray();
  if (!cell.has_value) {
    strings.Write(Name(cell.outcome), json);
    return json.EndArray();
  }
  json.Number(cell.value);
  if (first > 0) {
    WritePlotNumber(cell.value / first, json);
  } else {
    json.Null();
  }
  if (IsChanged(cell.change) || cell.compared) {
    strings.Write(Name(cell.change), json);
    WritePlotNumber(cell.ratio, json);
    json.Integer(cell.base);
    json.Integer(IsChanged(cell.change) ? 1 : 0);
  }
  json.EndArray();
}

void WriteAxis(const std::vector<Side>& sides, JsonWriter& json) {
  const SideLabels labels = LabelSides(sides);
  if (!labels.one_kernel || labels.settings.size() != 1) return;
  const Trait& setting = labels.settings[0];
  json.Key("axis");
  json.BeginObject();
  json.Field("name", setting.name);
  WriteTexts("values", setting.values, json);
  json.EndObject();
}

}  // namespace

void WriteDiff(const Diff& diff, StringTable& strings, JsonWriter& json) {
  json.BeginObject();
  json.Field("settings_changed", diff.settings_changed);
  json.Field("forced", diff.forced);
  json.Field("alpha", diff.alpha);
  json.Field("threshold", diff.threshold);
  json.Field("tests", static_cast<double>(diff.tests));
  json.Field("common_shift", diff.common_shift);
  json.Field("shift_cases", static_cast<double>(diff.shift_cases));
  json.Key("differences");
  WriteDifferences(diff.differences, json);
  WriteTexts("warnings", diff.warnings, json);
  WriteCounts(diff.counts, json);
  json.Key("rows");
  json.BeginArray();
  for (const CaseDiff& c : diff.cases) {
    if (c.change != CaseChange::kCompared) WriteCaseRow(c, strings, json);
    for (const MetricDiff& m : c.metrics) {
      WriteMetricRow(c, m, diff.tick, strings, json);
    }
  }
  json.EndArray();
  json.EndObject();
}

void WriteSteps(const Steps& steps, const std::vector<Side>& sides,
                StringTable& strings, JsonWriter& json) {
  json.BeginObject();
  json.Field("against_first", steps.against_first);
  json.Field("why_against_first", steps.why_against_first);
  json.Field("forced", steps.forced);
  json.Key("differences");
  json.BeginArray();
  for (const std::vector<Difference>& of_side : steps.differences) {
    WriteDifferences(of_side, json);
  }
  json.EndArray();
  WriteTexts("warnings", steps.warnings, json);
  json.Key("counts");
  json.BeginObject();
  json.Field("worse", static_cast<double>(steps.worse));
  json.Field("better", static_cast<double>(steps.better));
  json.Field("newly failing", static_cast<double>(steps.newly_failing));
  json.Field("lost", static_cast<double>(steps.lost + steps.lost_metrics));
  json.EndObject();
  if (steps.against_first) WriteAxis(sides, json);
  json.Key("rows");
  json.BeginArray();
  for (const StepRow& row : steps.rows) {
    json.BeginArray();
    strings.Write(row.case_name, json);
    strings.Write(row.metric, json);
    strings.Write(Name(row.unit, steps.tick), json);
    json.BeginArray();
    const double first = FirstValue(row);
    for (const StepCell& cell : row.cells) {
      WriteCell(cell, first, strings, json);
    }
    json.EndArray();
    json.EndArray();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace exitbench
