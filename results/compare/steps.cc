#include "results/compare/steps.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"
#include "results/boots/diff_boots.h"
#include "results/boots/session_variation.h"
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

// Goes through the sides in their order and compares each series with the last
// step of its row.
class StepFinder {
 public:
  StepFinder(const std::vector<Side>& sides, const DiffOptions& options,
             bool find_unsure, Steps& steps)
      : sides_(sides),
        options_(options),
        find_unsure_(find_unsure),
        steps_(steps) {
    std::vector<const Side*> all;
    for (const Side& side : sides) all.push_back(&side);
    within_ = VariationWithin(all);
    sessions_.emplace(all);
  }

  void Find() {
    for (size_t column = 0; column < sides_.size(); ++column) {
      CompareColumn(column);
    }
    CountChanges();
  }

 private:
  TestFamily NewFamily(bool only_changes) {
    return TestFamily(options_, steps_.tick, tester_,
                      within_.has_value() ? &*within_ : nullptr, &*sessions_,
                      only_changes);
  }

  // The row of a series; a new one where it is the first of its kind.
  size_t RowOf(const SideCase& c, const Series& series) {
    const auto [at, is_new] =
        row_of_.try_emplace({c.name, series.metric}, steps_.rows.size());
    if (is_new) {
      StepRow& row = steps_.rows.emplace_back();
      row.case_name = c.name;
      row.metric = series.metric;
      row.unit = series.unit;
      row.cells.resize(sides_.size());
      bases_.emplace_back();
      since_.emplace_back();
    }
    return at->second;
  }

  void StepTo(size_t row, const Base& to) {
    bases_[row] = to;
    since_[row].clear();
  }

  void CompareColumn(size_t column) {
    TestFamily family = NewFamily(/*only_changes=*/!find_unsure_);
    std::vector<Compared> compared;
    size_t most = 0;
    for (const SideCase& c : sides_[column].cases) most += c.series.size();
    // The family keeps pointers into it.
    compared.reserve(most);
    for (const SideCase& c : sides_[column].cases) {
      for (const Series& series : c.series) {
        if (IsJudged(series)) AddCell({column, &c, &series}, family, compared);
      }
    }
    family.Finish();
    for (const Compared& result : compared) TakeResult(result, column);
  }

  void AddCell(const Base& here, TestFamily& family,
               std::vector<Compared>& compared) {
    const SideCase& c = *here.side_case;
    const size_t row = RowOf(c, *here.series);
    StepCell& cell = steps_.rows[row].cells[here.side];
    if (c.outcome != Outcome::kOk || here.series->values.empty()) return;
    cell.has_value = true;
    cell.value = Median(here.series->values);
    cell.modes = FindTwoModes(here.series->values);
    const Base& base = bases_[row];
    cell.base = base.series == nullptr ? here.side : base.side;
    if (base.series == nullptr) {
      StepTo(row, here);
    } else if (base.side_case->code_hash != c.code_hash) {
      cell.change = Change::kNotComparable;
      StepTo(row, here);
    } else {
      compared.push_back({row, here, {}});
      family.Add(c.name, sides_[base.side], *base.series, sides_[here.side],
                 *here.series, compared.back().diff);
    }
  }

  void TakeResult(const Compared& result, size_t column) {
    StepCell& cell = steps_.rows[result.row].cells[column];
    cell.change = result.diff.change;
    cell.ratio = result.diff.ratio;
    cell.disagreement = result.diff.disagreement;
    cell.exact = result.diff.exact;
    if (!IsChanged(cell.change)) {
      since_[result.row].push_back(result.next);
      return;
    }
    if (cell.change == Change::kNotComparable) {
      cell.lost = true;
      ++steps_.lost_metrics;
    } else if (MoveBack(result)) {
      return;
    }
    StepTo(result.row, result.next);
  }

  // Where a change shows only now, but an earlier side that could not be told
  // from the base has the same value as this one, the step is that side's.
  // Returns whether it was moved there.
  bool MoveBack(const Compared& result) {
    const std::vector<Base> since = since_[result.row];
    size_t first = since.size();
    while (first > 0 && Belongs(result, since[first - 1])) --first;
    if (first == since.size()) return false;
    const Base& step = since[first];
    StepRow& row = steps_.rows[result.row];
    TestFamily family = NewFamily(/*only_changes=*/false);
    MetricDiff after;
    family.Add(row.case_name, sides_[step.side], *step.series,
               sides_[result.next.side], *result.next.series, after);
    family.Finish();
    if (IsChanged(after.change)) return false;
    StepCell& cell = row.cells[step.side];
    cell.change = result.diff.change;
    cell.ratio = cell.value / row.cells[cell.base].value;
    cell.disagreement = Disagreement::kNone;
    StepTo(result.row, step);
    since_[result.row].assign(since.begin() + static_cast<long>(first) + 1,
                              since.end());
    since_[result.row].push_back(result.next);
    for (const Base& later : since_[result.row]) {
      row.cells[later.side].base = step.side;
    }
    StepCell& here = row.cells[result.next.side];
    here.change = after.change;
    here.ratio = after.ratio;
    here.disagreement = after.disagreement;
    here.exact = after.exact;
    return true;
  }

  // Whether side `earlier` lies with the changed one rather than with the base,
  // and no verdict says that it is the same as the base.
  bool Belongs(const Compared& changed, const Base& earlier) const {
    const StepRow& row = steps_.rows[changed.row];
    const StepCell& cell = row.cells[earlier.side];
    const double base = row.cells[cell.base].value;
    const double now = row.cells[changed.next.side].value;
    if (!(base > 0) || !(now > 0) || !(cell.value > 0)) return false;
    if (find_unsure_ && cell.change == Change::kSame) return false;
    const double from_base = std::log(cell.value / base);
    return std::abs(from_base) >= std::log1p(options_.threshold) &&
           std::abs(std::log(cell.value / now)) < std::abs(from_base);
  }

  void CountChanges() {
    for (const StepRow& row : steps_.rows) {
      for (const StepCell& cell : row.cells) {
        steps_.worse += cell.change == Change::kWorse;
        steps_.better += cell.change == Change::kBetter;
        steps_.unsure += find_unsure_ && cell.change == Change::kUnsure;
      }
    }
  }

  const std::vector<Side>& sides_;
  const DiffOptions& options_;
  const bool find_unsure_;
  Steps& steps_;
  std::optional<BootVariation> within_;
  std::optional<SessionVariation> sessions_;
  RankTester tester_;
  RowIndex row_of_;
  // By row: its last step, and the sides since that no change was shown of.
  std::vector<Base> bases_;
  std::vector<std::vector<Base>> since_;
};

}  // namespace

void CompareHostsOfAll(const std::vector<Side>& sides,
                       const DiffOptions& options, Steps& steps) {
  const SideLabels labels = LabelSides(sides);
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
    steps.sides.push_back(FactsOfSide(side, labels, steps.sides.size()));
  }
}

// Metrics that only later sides have go to their case.
void SortByCase(Steps& steps) {
  absl::flat_hash_map<std::string, size_t> place;
  for (const StepRow& row : steps.rows) {
    place.try_emplace(row.case_name, place.size());
  }
  std::stable_sort(steps.rows.begin(), steps.rows.end(),
                   [&place](const StepRow& a, const StepRow& b) {
                     return place[a.case_name] < place[b.case_name];
                   });
}

Steps FindSteps(const std::vector<Side>& sides, const DiffOptions& options,
                bool find_unsure) {
  EB_CHECK(sides.size() >= 2);
  Steps steps;
  steps.tick = sides.front().host.tick;
  CompareHostsOfAll(sides, options, steps);
  if (steps.refused) return steps;
  steps.warnings = SampleWarnings(sides, options.boot_variation != nullptr);
  steps.has_unsure = find_unsure;
  StepFinder(sides, options, find_unsure, steps).Find();
  FindOutcomes(sides, steps);
  SortByCase(steps);
  return steps;
}

}  // namespace exitbench
