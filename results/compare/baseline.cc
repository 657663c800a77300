#include "results/compare/baseline.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/check.h"
#include "results/compare/diff.h"
#include "results/sides/configurations.h"
#include "results/sides/labels.h"
#include "results/sides/side_warnings.h"

namespace exitbench {
namespace {

// The rows of each case, and of each metric of it.
using RowsOfCase = std::map<std::string, std::map<std::string, size_t>>;

// Adds a row for each metric that some side has, with the values of all.
RowsOfCase AddRows(const std::vector<Side>& sides, Steps& steps) {
  RowsOfCase rows;
  for (size_t column = 0; column < sides.size(); ++column) {
    for (const SideCase& c : sides[column].cases) {
      for (const Series& series : c.series) {
        if (!IsJudged(series)) continue;
        const auto [at, is_new] =
            rows[c.name].try_emplace(series.metric, steps.rows.size());
        if (is_new) {
          StepRow& row = steps.rows.emplace_back();
          row.case_name = c.name;
          row.metric = series.metric;
          row.unit = series.unit;
          row.cells.resize(sides.size());
        }
        StepCell& cell = steps.rows[at->second].cells[column];
        if (c.outcome != Outcome::kOk || series.values.empty()) continue;
        cell.has_value = true;
        cell.value = Median(series.values);
        cell.modes = FindTwoModes(series.values);
      }
    }
  }
  return rows;
}

bool IsLost(CaseChange change) {
  return change == CaseChange::kNewlySkipped ||
         change == CaseChange::kRemoved || change == CaseChange::kOtherPayload;
}

void TakeCase(const CaseDiff& c, size_t column,
              const std::map<std::string, size_t>& rows, Steps& steps) {
  for (const auto& [metric, row] : rows) {
    StepCell& cell = steps.rows[row].cells[column];
    cell.newly_failing = c.change == CaseChange::kNewlyFailing;
    cell.lost = IsLost(c.change);
    if (c.change == CaseChange::kOtherPayload) {
      cell.change = Change::kNotComparable;
    }
  }
  for (const MetricDiff& m : c.metrics) {
    const auto row = rows.find(m.metric);
    if (row == rows.end()) continue;
    StepCell& cell = steps.rows[row->second].cells[column];
    cell.lost =
        m.change == Change::kRemoved || m.change == Change::kNotComparable;
    cell.compared = cell.has_value && m.baseline.runs > 0 &&
                    m.change != Change::kNotComparable;
    if (m.change != Change::kAdded) cell.change = m.change;
    cell.ratio = m.ratio;
    cell.disagreement = m.disagreement;
    cell.exact = m.exact;
  }
}

void AddCounts(const DiffCounts& counts, Steps& steps) {
  steps.worse += counts.worse;
  steps.better += counts.better;
  steps.unsure += counts.unsure;
  steps.newly_failing += counts.newly_failing;
  steps.lost += counts.lost;
  steps.lost_metrics += counts.lost_metrics;
}

void TakeOutcomes(const std::vector<Side>& sides, const RowsOfCase& rows,
                  Steps& steps) {
  for (size_t column = 0; column < sides.size(); ++column) {
    for (const SideCase& c : sides[column].cases) {
      const auto of_case = rows.find(c.name);
      if (of_case == rows.end()) continue;
      for (const auto& [metric, row] : of_case->second) {
        steps.rows[row].cells[column].outcome = c.outcome;
      }
    }
  }
}

}  // namespace

Steps CompareWithFirst(const std::vector<Side>& sides,
                       const DiffOptions& options) {
  EB_CHECK(sides.size() >= 2);
  Steps steps;
  steps.against_first = true;
  steps.tick = sides.front().host.tick;
  CompareHostsOfAll(sides, options, steps);
  if (steps.refused) return steps;
  steps.warnings = SampleWarnings(sides, options.boot_variation != nullptr);
  steps.has_unsure = true;
  const RowsOfCase rows = AddRows(sides, steps);
  TakeOutcomes(sides, rows, steps);
  for (size_t column = 1; column < sides.size(); ++column) {
    const Diff diff = CompareSides(sides[0], sides[column], options);
    for (const CaseDiff& c : diff.cases) {
      const auto of_case = rows.find(c.name);
      if (of_case != rows.end()) TakeCase(c, column, of_case->second, steps);
    }
    AddCounts(diff.counts, steps);
  }
  SortByCase(steps);
  return steps;
}

Sweep FindSweep(const std::vector<Side>& sides) {
  Sweep sweep;
  if (sides.size() < 3) return sweep;
  const SideLabels labels = LabelSides(sides);
  if (!labels.one_kernel || labels.settings.size() != 1) return sweep;
  sweep.is_sweep = true;
  const Trait& setting = labels.settings[0];
  const std::optional<size_t> by_default = DefaultSide(setting);
  sweep.baseline = by_default.value_or(0);
  sweep.why = absl::StrCat(
      "the sides differ in one setting (", setting.name,
      "), so each is compared with [1], ",
      by_default.has_value() ? setting.values[*by_default] == kDefaultPart
                                   ? "the case's default"
                                   : "the kernel's default"
                             : "the first given",
      "; --baseline=FILE names another, --history compares them in order");
  return sweep;
}

void MoveToFront(size_t baseline, std::vector<Side>& sides) {
  const auto begin = sides.begin();
  const auto at = begin + static_cast<std::ptrdiff_t>(baseline);
  std::rotate(begin, at, at + 1);
}

}  // namespace exitbench
