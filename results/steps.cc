#include "results/steps.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"

namespace exitbench {
namespace {

// What a row is compared with: its last step.
struct Base {
  size_t side = 0;
  const SideCase* side_case = nullptr;
  const Series* series = nullptr;
};

struct Compared {
  size_t row;
  Base next;  // Where a step leads to.
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

// Fills in outcomes: of all rows, whether the side has figures for them or not.
void FindOutcomes(const std::vector<Side>& sides, Steps& steps) {
  absl::flat_hash_map<absl::string_view, std::vector<StepRow*>> rows_of;
  for (StepRow& row : steps.rows) rows_of[row.case_name].push_back(&row);
  absl::flat_hash_map<absl::string_view, Outcome> before;
  for (size_t column = 0; column < sides.size(); ++column) {
    for (const SideCase& c : sides[column].cases) {
      const auto [last, is_new] = before.try_emplace(c.name, c.outcome);
      const bool begins =
          !is_new && IsFailing(c.outcome) && !IsFailing(last->second);
      last->second = c.outcome;
      steps.newly_failing += begins;
      const auto rows = rows_of.find(c.name);
      if (rows == rows_of.end()) continue;
      for (StepRow* row : rows->second) {
        row->cells[column].outcome = c.outcome;
        row->cells[column].newly_failing = begins;
      }
    }
  }
}

}  // namespace

Steps FindSteps(const std::vector<Side>& sides, const DiffOptions& options) {
  EB_CHECK(sides.size() >= 2);
  Steps steps;
  steps.tick = sides.front().host.tick;
  CompareEach(sides, options, steps);
  if (steps.refused) return steps;

  RankTester tester;
  RowIndex row_of;
  std::vector<Base> bases;
  for (size_t column = 0; column < sides.size(); ++column) {
    const Side& side = sides[column];
    TestFamily family(options, steps.tick, tester, /*only_changes=*/true);
    std::vector<Compared> compared;
    size_t most = 0;
    for (const SideCase& c : side.cases) most += c.series.size();
    // The family keeps pointers into it.
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
      if (!IsChanged(cell.change)) continue;
      steps.worse += cell.change == Change::kWorse;
      steps.better += cell.change == Change::kBetter;
      bases[result.row] = result.next;
    }
  }
  FindOutcomes(sides, steps);
  // Metrics that only later sides have go to their case.
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
