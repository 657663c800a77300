#include "results/fleet/fleet_pairs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/string_view.h"
#include "results/fleet/kernel_order.h"
#include "results/fleet/tail.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

// By Holm: the p of a test times the number of those not yet decided.
void AdjustByHolm(std::vector<PairedFigure>& figures) {
  std::vector<PairedFigure*> tests;
  for (PairedFigure& figure : figures) {
    if (!IsExact(figure.series)) tests.push_back(&figure);
  }
  std::stable_sort(tests.begin(), tests.end(),
                   [](const PairedFigure* a, const PairedFigure* b) {
                     return a->p_adjusted < b->p_adjusted;
                   });
  double least = 0;
  for (size_t i = 0; i < tests.size(); ++i) {
    least = std::max(least,
                     std::min(1.0, tests[i]->p_adjusted *
                                       static_cast<double>(tests.size() - i)));
    tests[i]->p_adjusted = least;
  }
}

PairChange ChangeOf(const PairedFigure& figure, bool counts_instructions,
                    const FleetOptions& options) {
  if (IsExact(figure.series)) {
    return 2 * figure.differing > figure.hosts ? PairChange::kChanged
                                               : PairChange::kSame;
  }
  if (!IsKnown(figure.ratio)) {
    return counts_instructions && figure.differing == 0 ? PairChange::kSame
                                                        : PairChange::kUnsure;
  }
  const bool far = std::abs(figure.ratio - 1) >= options.threshold;
  // Counts of instructions repeat: if no host says otherwise nothing is left to
  // chance.
  const bool sure = figure.p_adjusted <= options.alpha ||
                    (counts_instructions && figure.differing == figure.hosts);
  if (far && sure) {
    const bool more = figure.ratio > 1;
    const bool higher_is_better =
        figure.series.direction == Direction::kHigherIsBetter;
    return more == higher_is_better ? PairChange::kBetter : PairChange::kWorse;
  }
  if (figure.low >= 1 - options.threshold && figure.low > 0 &&
      figure.high <= 1 + options.threshold) {
    return PairChange::kSame;
  }
  if (counts_instructions && !far) return PairChange::kSame;
  return PairChange::kUnsure;
}

PairedFigure PairOf(const FleetSeries& series, std::vector<double> old_figures,
                    std::vector<double> new_figures) {
  PairedFigure pair;
  pair.series = series;
  pair.hosts = static_cast<uint32_t>(old_figures.size());
  std::vector<double> logs;
  size_t up = 0, down = 0;
  for (size_t i = 0; i < old_figures.size(); ++i) {
    pair.differing += old_figures[i] != new_figures[i];
    const double log = Log(new_figures[i]) - Log(old_figures[i]);
    if (!IsKnown(log)) continue;
    logs.push_back(log);
    up += log > 0;
    down += log < 0;
  }
  std::sort(logs.begin(), logs.end());
  pair.ratio = logs.empty() ? kNone : std::exp(Quantile(logs, .5));
  const size_t rank = MedianRank(logs.size());
  if (rank < logs.size()) {
    pair.low = std::exp(logs[rank]);
    pair.high = std::exp(logs[logs.size() - 1 - rank]);
  }
  pair.p_adjusted = up + down == 0 ? 1 : SignTest(up, down);
  pair.old_median = Median(std::move(old_figures));
  pair.new_median = Median(std::move(new_figures));
  return pair;
}

KernelPair MakePair(const Table& old_table, const Table& new_table,
                    const FleetOptions& options) {
  KernelPair pair;
  std::vector<std::pair<size_t, size_t>> hosts;
  for (size_t a = 0, b = 0;
       a < old_table.hosts.size() && b < new_table.hosts.size();) {
    const int order = old_table.hosts[a].compare(new_table.hosts[b]);
    if (order == 0) hosts.emplace_back(a, b);
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
  pair.hosts = static_cast<uint32_t>(hosts.size());
  if (hosts.empty()) return pair;
  std::map<FleetSeries, size_t> new_series;
  for (size_t s : new_table.series) new_series[new_table.group->series[s]] = s;
  for (size_t s : old_table.series) {
    const FleetSeries& series = old_table.group->series[s];
    const auto found = new_series.find(series);
    if (found == new_series.end()) continue;
    std::vector<double> old_figures, new_figures;
    for (const auto& [a, b] : hosts) {
      const double before = old_table.Figure(a, s);
      const double after = new_table.Figure(b, found->second);
      if (!IsKnown(before) || !IsKnown(after)) continue;
      old_figures.push_back(before);
      new_figures.push_back(after);
    }
    if (old_figures.empty()) continue;
    pair.figures.push_back(
        PairOf(series, std::move(old_figures), std::move(new_figures)));
  }
  AdjustByHolm(pair.figures);
  pair.tick = old_table.group->key.tick;
  const bool counted = pair.tick == Tick::kInstruction;
  size_t tests = 0;
  for (PairedFigure& figure : pair.figures) {
    tests += !IsExact(figure.series);
    figure.change = ChangeOf(figure, counted, options);
    pair.worse += figure.change == PairChange::kWorse;
    pair.better += figure.change == PairChange::kBetter;
  }
  if (!counted && tests > 0) {
    pair.needed_hosts = static_cast<size_t>(
        std::ceil(std::log2(2 * static_cast<double>(tests) / options.alpha)));
  }
  return pair;
}

}  // namespace

void AddPairs(const std::vector<Table>& tables, FleetReport& report) {
  std::map<FleetKey, std::vector<size_t>> alike;
  for (size_t i = 0; i < tables.size(); ++i) {
    alike[tables[i].group->key.WithoutKernel()].push_back(i);
  }
  for (auto& [key, members] : alike) {
    const auto kernel = [&tables](size_t i) -> const FleetKey& {
      return tables[i].group->key;
    };
    std::stable_sort(members.begin(), members.end(), [&](size_t a, size_t b) {
      return IsOlder(kernel(a), kernel(b));
    });
    for (size_t first : members) {
      // The next kernel's groups: there may be some that differ otherwise.
      const FleetKey* next = nullptr;
      for (size_t second : members) {
        if (!IsOlder(kernel(first), kernel(second))) continue;
        if (next != nullptr && IsOlder(*next, kernel(second))) break;
        next = &kernel(second);
        KernelPair pair =
            MakePair(tables[first], tables[second], report.options);
        if (pair.hosts == 0) continue;
        pair.old_label = report.groups[first].label;
        pair.new_label = report.groups[second].label;
        report.any_worse = report.any_worse || pair.worse > 0;
        report.pairs.push_back(std::move(pair));
      }
    }
  }
}

absl::string_view Name(PairChange change) {
  switch (change) {
    case PairChange::kSame:
      return "same";
    case PairChange::kBetter:
      return "better";
    case PairChange::kWorse:
      return "worse";
    case PairChange::kChanged:
      return "changed";
    case PairChange::kUnsure:
      break;
  }
  return "unsure";
}

}  // namespace exitbench
