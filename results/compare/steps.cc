#include "results/compare/steps.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"
#include "results/compare/diff_boots.h"
#include "results/sides/side_warnings.h"

namespace exitbench {
namespace {

// What a row is compared with: the side of its last step.
struct Base {
  size_t side = 0;
  const SideCase* side_case = nullptr;
  const Series* series = nullptr;
};

struct Compared {
  size_t row;
  Base next;  // The base if this is a step.
  MetricDiff diff;
};

using RowIndex =
    absl::flat_hash_map<std::pair<absl::string_view, absl::string_view>,
                        size_t>;

void CompareEach(const std::vector<Side>& sides, const DiffOptions& options,
                 Steps& steps) {
  for (const Side& side : sides) {
    std::vector<Difference> matter;
    for (Difference& d : CompareHosts(sides.front(), side)) {
      if (d.action == Action::kRefuse) steps.refused = true;
      if (d.action == Action::kRefuseUnlessForced) {
        (options.force ? steps.forced : steps.refused) = true;
      }
      if (d.action != Action::kNote) matter.push_back(std::move(d));
    }
    steps.differences.push_back(std::move(matter));
    steps.sides.push_back(FactsOfSide(side));
  }
}

// What the sides so far have of a case.
struct History {
  size_t column = 0;                  // The last side that has it.
  const SideCase* last = nullptr;     // The case on that side.
  const SideCase* last_ok = nullptr;  // The case where it was last OK.
};

bool HasValues(const SideCase& c, absl::string_view metric) {
  return std::any_of(c.series.begin(), c.series.end(),
                     [metric](const Series& series) {
                       return series.metric == metric && !series.values.empty();
                     });
}

// Returns whether a case that is still OK has lost the metric of `row`.
bool LosesMetric(const StepRow& row, const History& history,
                 const SideCase& c) {
  return c.outcome == Outcome::kOk && history.last_ok == history.last &&
         history.last->code_hash == c.code_hash &&
         row.cells[history.column].has_value && !HasValues(c, row.metric);
}

// Fills in outcomes and losses of all rows, also where a side has no figures.
void FindOutcomes(const std::vector<Side>& sides, Steps& steps) {
  absl::flat_hash_map<absl::string_view, std::vector<StepRow*>> rows_of;
  for (StepRow& row : steps.rows) rows_of[row.case_name].push_back(&row);
  absl::flat_hash_map<absl::string_view, History> histories;
  for (size_t column = 0; column < sides.size(); ++column) {
    for (const SideCase& c : sides[column].cases) {
      History& history = histories[c.name];
      const bool is_new = history.last == nullptr;
      const CaseChange change = ChangeOfCase(history.last, &c);
      const bool begins = change == CaseChange::kNewlyFailing;
      // Whatever the outcomes in between were.
      const bool other_payload = c.outcome == Outcome::kOk &&
                                 history.last_ok != nullptr &&
                                 history.last_ok->code_hash != c.code_hash;
      const bool lost = change == CaseChange::kNewlySkipped || other_payload;
      steps.newly_failing += begins;
      steps.lost += lost;
      for (StepRow* row : rows_of[c.name]) {
        StepCell& cell = row->cells[column];
        cell.outcome = c.outcome;
        cell.newly_failing = begins;
        cell.lost = cell.lost || lost;
        if (!is_new && !lost && LosesMetric(*row, history, c)) {
          cell.lost = true;
          ++steps.lost_metrics;
        }
      }
      history.column = column;
      history.last = &c;
      if (c.outcome == Outcome::kOk) history.last_ok = &c;
    }
    if (column == 0) continue;
    for (const SideCase& c : sides[column - 1].cases) {
      if (histories[c.name].column >= column) continue;
      ++steps.lost;
      for (StepRow* row : rows_of[c.name]) row->cells[column].lost = true;
    }
  }
}

}  // namespace

Steps FindSteps(const std::vector<Side>& sides, const DiffOptions& options,
                bool find_unsure) {
  EB_CHECK(sides.size() >= 2);
  Steps steps;
  steps.tick = sides.front().host.tick;
  CompareEach(sides, options, steps);
  if (steps.refused) return steps;
  steps.warnings = SampleWarnings(sides, options.boot_variation != nullptr);
  steps.has_unsure = find_unsure;
  std::vector<const Side*> all;
  for (const Side& side : sides) all.push_back(&side);
  const std::optional<BootVariation> within = VariationWithin(all);

  RankTester tester;
  RowIndex row_of;
  std::vector<Base> bases;
  for (size_t column = 0; column < sides.size(); ++column) {
    const Side& side = sides[column];
    TestFamily family(options, steps.tick, tester,
                      within.has_value() ? &*within : nullptr,
                      /*only_changes=*/!find_unsure);
    std::vector<Compared> compared;
    size_t most = 0;
    for (const SideCase& c : side.cases) most += c.series.size();
    // The family keeps pointers into `compared`.
    compared.reserve(most);
    for (const SideCase& c : side.cases) {
      for (const Series& series : c.series) {
        if (!IsJudged(series)) continue;
        const auto [at, is_new] =
            row_of.try_emplace({c.name, series.metric}, steps.rows.size());
        if (is_new) {
          StepRow& row = steps.rows.emplace_back();
          row.case_name = c.name;
          row.metric = series.metric;
          row.unit = series.unit;
          row.cells.resize(sides.size());
          bases.emplace_back();
        }
        StepCell& cell = steps.rows[at->second].cells[column];
        if (c.outcome != Outcome::kOk || series.values.empty()) continue;
        cell.has_value = true;
        cell.value = Median(series.values);
        Base& base = bases[at->second];
        cell.base = base.series == nullptr ? column : base.side;
        if (base.series == nullptr) {
          base = {column, &c, &series};
        } else if (base.side_case->code_hash != c.code_hash) {
          cell.change = Change::kNotComparable;
          base = {column, &c, &series};
        } else {
          compared.push_back({at->second, {column, &c, &series}, {}});
          family.Add(c.name, sides[base.side], *base.series, side, series,
                     compared.back().diff);
        }
      }
    }
    family.Finish();
    for (const Compared& result : compared) {
      StepCell& cell = steps.rows[result.row].cells[column];
      cell.change = result.diff.change;
      cell.ratio = result.diff.ratio;
      cell.exact = result.diff.exact;
      steps.unsure += find_unsure && cell.change == Change::kUnsure;
      if (!IsChanged(cell.change)) continue;
      if (cell.change == Change::kNotComparable) {
        cell.lost = true;
        ++steps.lost_metrics;
      }
      steps.worse += cell.change == Change::kWorse;
      steps.better += cell.change == Change::kBetter;
      bases[result.row] = result.next;
    }
  }
  FindOutcomes(sides, steps);
  // Metrics that only later sides have are moved to the rows of their case.
  absl::flat_hash_map<std::string, size_t> place;
  for (const StepRow& row : steps.rows) {
    place.try_emplace(row.case_name, place.size());
  }
  std::stable_sort(steps.rows.begin(), steps.rows.end(),
                   [&place](const StepRow& a, const StepRow& b) {
                     return place[a.case_name] < place[b.case_name];
                   });
  return steps;
}

}  // namespace exitbench
