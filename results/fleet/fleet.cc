#include "results/fleet/fleet.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "results/fleet/kernel_order.h"
#include "results/fleet/tail.h"
#include "results/model/summary.h"
#include "results/sides/side.h"

namespace exitbench {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
// A count is the usual one if so many hosts have it.
constexpr double kMost = .75;
// Figures that a host must have for its median shift to mean it as a whole.
constexpr size_t kLeastFigures = 5;
// Clocks further apart tick differently: the same as diff's.
constexpr double kClockTolerance = 1e-3;

// The hosts of a group, and of each series a figure of each host.
struct Table {
  const FleetGroup* group = nullptr;
  std::vector<std::string> hosts;                  // Sorted.
  std::vector<std::vector<const FleetRow*>> rows;  // Of each host.
  std::vector<size_t> series;                      // Sorted, those wanted.

  // Of host h in series s of the group. Several files of a host count as one:
  // the geometric mean of their figures.
  double Figure(size_t host, size_t s) const {
    double sum = 0;
    int files = 0;
    for (const FleetRow* row : rows[host]) {
      if (s >= row->figures.size() || std::isnan(row->figures[s])) continue;
      const double figure = static_cast<double>(row->figures[s]);
      if (rows[host].size() == 1) return figure;
      if (!(figure > 0)) return figure;
      sum += std::log(figure);
      ++files;
    }
    return files == 0 ? kNone : std::exp(sum / files);
  }

  // Returns of each host its figure, kNone where it has none.
  std::vector<double> Figures(size_t s) const {
    std::vector<double> figures;
    for (size_t h = 0; h < hosts.size(); ++h) figures.push_back(Figure(h, s));
    return figures;
  }
};

Table MakeTable(const FleetGroup& group, const std::set<std::string>& wanted) {
  Table table;
  table.group = &group;
  std::map<std::string, std::vector<const FleetRow*>> by_host;
  for (const FleetRow& row : group.rows) by_host[row.host].push_back(&row);
  for (auto& [host, rows] : by_host) {
    std::sort(rows.begin(), rows.end(),
              [](const FleetRow* a, const FleetRow* b) {
                return std::tie(a->file, a->sessions) <
                       std::tie(b->file, b->sessions);
              });
    table.hosts.push_back(host);
    table.rows.push_back(std::move(rows));
  }
  for (size_t s = 0; s < group.series.size(); ++s) {
    if (wanted.empty() || wanted.count(group.series[s].case_name) > 0) {
      table.series.push_back(s);
    }
  }
  std::sort(table.series.begin(), table.series.end(),
            [&group](size_t a, size_t b) {
              return group.series[a] < group.series[b];
            });
  return table;
}

bool IsKnown(double value) { return !std::isnan(value); }

std::vector<double> Known(const std::vector<double>& values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               IsKnown);
  return known;
}

// Costs are compared by their ratio, so by logarithms. Only those above 0 have
// one.
double Log(double value) { return value > 0 ? std::log(value) : kNone; }

std::vector<double> Logs(const std::vector<double>& values) {
  std::vector<double> logs;
  for (double value : values) logs.push_back(Log(value));
  return logs;
}

Spread SpreadOf(const FleetSeries& series, const std::vector<double>& figures) {
  Spread spread;
  spread.series = series;
  std::vector<double> sorted = Known(figures);
  std::sort(sorted.begin(), sorted.end());
  spread.hosts = static_cast<uint32_t>(sorted.size());
  spread.median = Quantile(sorted, .5);
  spread.deviation = RobustDeviation(Known(Logs(sorted)));
  spread.p5 = Quantile(sorted, .05);
  spread.p95 = Quantile(sorted, .95);
  spread.min = sorted.empty() ? 0 : sorted.front();
  spread.max = sorted.empty() ? 0 : sorted.back();
  return spread;
}

// Returns what most hosts have; kNone if there is no such value.
double UsualCount(const std::vector<double>& figures) {
  std::map<double, size_t> counts;
  const std::vector<double> known = Known(figures);
  for (double figure : known) ++counts[figure];
  for (const auto& [value, count] : counts) {
    if (static_cast<double>(count) >=
        kMost * static_cast<double>(known.size())) {
      return value;
    }
  }
  return kNone;
}

bool IsExact(const FleetSeries& series) {
  return series.direction == Direction::kExact;
}

// The tests of one group, before it is known how many there are in all.
class Tester {
 public:
  Tester(const Table& table, FleetGroupReport& report)
      : table_(table), report_(report), odd_(table.hosts.size()) {
    shifts_.resize(table.hosts.size());
  }

  // Finds all that may stand out, by p without correction. Returns the number
  // of tests of figures.
  uint64_t Look(const FleetOptions& options) {
    uint64_t tests = 0;
    report_.tested = table_.hosts.size() >= kLeastHosts;
    for (size_t s : table_.series) {
      const FleetSeries& series = table_.group->series[s];
      const std::vector<double> figures = table_.Figures(s);
      report_.spreads.push_back(SpreadOf(series, figures));
      if (report_.spreads.back().hosts < kLeastHosts) continue;
      if (IsExact(series)) {
        LookAtCounts(series, figures);
      } else {
        tests += LookAtCosts(series, figures, options);
      }
    }
    LookAtShifts(options);
    return tests;
  }

  // Keeps what holds though there were so many tests.
  void Keep(uint64_t tests, uint64_t shift_tests, const FleetOptions& options) {
    for (size_t h = 0; h < odd_.size(); ++h) {
      OddHost& host = odd_[h];
      for (OddFigure& figure : host.figures) {
        // Half of alpha is for single figures, half for hosts as a whole.
        figure.p_adjusted =
            std::min(1.0, figure.p_adjusted * 2 * static_cast<double>(tests));
      }
      host.shift_p_adjusted = std::min(
          1.0, host.shift_p_adjusted * 2 * static_cast<double>(shift_tests));
      host.shifted =
          host.shift_p_adjusted <= options.alpha && IsFar(host.shift, options);
      host.figures.erase(
          std::remove_if(host.figures.begin(), host.figures.end(),
                         [&options](const OddFigure& figure) {
                           return figure.p_adjusted > options.alpha;
                         }),
          host.figures.end());
      if (host.figures.empty() && !host.shifted) continue;
      std::stable_sort(host.figures.begin(), host.figures.end(),
                       [](const OddFigure& a, const OddFigure& b) {
                         return Distance(a) > Distance(b);
                       });
      host.host = table_.hosts[h];
      odd_rows_.push_back(h);
      report_.odd.push_back(std::move(host));
    }
  }

  // The hosts of report.odd, in its order before it is sorted.
  const std::vector<size_t>& odd_rows() const { return odd_rows_; }
  size_t shift_tests() const { return shift_tests_; }

 private:
  static bool IsFar(double ratio, const FleetOptions& options) {
    return std::abs(ratio - 1) >= options.threshold;
  }
  static double Distance(const OddFigure& figure) {
    if (!(figure.value > 0 && figure.usual > 0)) {
      return std::numeric_limits<double>::infinity();
    }
    return std::abs(std::log(figure.value / figure.usual));
  }

  void LookAtCounts(const FleetSeries& series,
                    const std::vector<double>& figures) {
    const double usual = UsualCount(figures);
    if (!IsKnown(usual)) return;
    for (size_t h = 0; h < figures.size(); ++h) {
      if (!IsKnown(figures[h]) || figures[h] == usual) continue;
      odd_[h].figures.push_back({series, figures[h], usual, 0});
    }
  }

  uint64_t LookAtCosts(const FleetSeries& series,
                       const std::vector<double>& figures,
                       const FleetOptions& options) {
    const std::vector<double> logs = Logs(figures);
    const std::vector<double> known = Known(logs);
    if (known.size() < kLeastHosts) return 0;
    const Tails tails(known);
    const double usual = std::exp(tails.median());
    for (size_t h = 0; h < logs.size(); ++h) {
      if (!IsKnown(logs[h])) continue;
      const double off = logs[h] - tails.median();
      shifts_[h].push_back(off);
      const double p = tails.P(logs[h]);
      if (p > options.alpha || !IsFar(std::exp(off), options)) continue;
      odd_[h].figures.push_back({series, figures[h], usual, p});
    }
    return known.size();
  }

  void LookAtShifts(const FleetOptions& options) {
    std::vector<double> medians;
    for (std::vector<double>& shifts : shifts_) {
      medians.push_back(
          shifts.size() < kLeastFigures ? kNone : Median(std::move(shifts)));
    }
    const std::vector<double> known = Known(medians);
    if (known.size() < kLeastHosts) return;
    shift_tests_ = known.size();
    const Tails tails(known);
    for (size_t h = 0; h < medians.size(); ++h) {
      if (!IsKnown(medians[h])) continue;
      odd_[h].shift = std::exp(medians[h]);
      const double p = tails.P(medians[h]);
      if (p <= options.alpha) odd_[h].shift_p_adjusted = p;
    }
  }

  const Table& table_;
  FleetGroupReport& report_;
  std::vector<OddHost> odd_;
  std::vector<size_t> odd_rows_;
  std::vector<std::vector<double>> shifts_;
  size_t shift_tests_ = 0;
};

std::pair<absl::string_view, absl::string_view> SplitFact(
    absl::string_view fact) {
  const size_t equals = fact.find('=');
  if (equals == fact.npos) return {fact, ""};
  return {fact.substr(0, equals), fact.substr(equals + 1)};
}

// Says of each odd host in which facts it differs from most of its group.
void AddFacts(const Table& table, const std::vector<size_t>& odd_rows,
              const std::vector<std::string>& texts, FleetGroupReport& report) {
  if (odd_rows.empty()) return;
  std::map<absl::string_view, std::map<absl::string_view, size_t>> values;
  for (const std::vector<const FleetRow*>& rows : table.rows) {
    for (uint32_t fact : rows.back()->facts) {
      const auto [key, value] = SplitFact(texts[fact]);
      ++values[key][value];
    }
  }
  std::map<absl::string_view, absl::string_view> usual;
  for (const auto& [key, counts] : values) {
    for (const auto& [value, count] : counts) {
      if (2 * count > table.hosts.size()) usual[key] = value;
    }
  }
  for (size_t i = 0; i < odd_rows.size(); ++i) {
    for (uint32_t fact : table.rows[odd_rows[i]].back()->facts) {
      const auto [key, value] = SplitFact(texts[fact]);
      const auto known = usual.find(key);
      if (known == usual.end() || known->second == value) continue;
      report.odd[i].facts.push_back(
          {std::string(key), std::string(value), std::string(known->second)});
    }
  }
}

void AddFailed(const Table& table, const std::vector<std::string>& texts,
               const std::set<std::string>& wanted, FleetGroupReport& report) {
  std::map<std::string, std::set<std::string>> failed;
  for (const FleetRow& row : table.group->rows) {
    for (uint32_t id : row.failed) {
      if (wanted.empty() || wanted.count(texts[id]) > 0) {
        failed[texts[id]].insert(row.host);
      }
    }
  }
  for (const auto& [name, hosts] : failed) {
    report.failed.push_back({name, {hosts.begin(), hosts.end()}});
  }
}

void AddWarnings(const Table& table, FleetGroupReport& report) {
  std::vector<double> khz;
  size_t several = 0, quick = 0;
  for (const std::vector<const FleetRow*>& rows : table.rows) {
    if (rows.size() > 1) ++several;
    for (const FleetRow* row : rows) {
      khz.push_back(row->tsc_khz);
      quick += row->quick;
    }
  }
  const auto [least, most] = std::minmax_element(khz.begin(), khz.end());
  if (*most > *least * (1 + kClockTolerance)) {
    report.warnings.push_back(absl::StrFormat(
        "the clocks of its hosts tick at %.0f to %.0f kHz: ticks are not the "
        "same time",
        *least, *most));
  }
  if (several > 0) {
    report.warnings.push_back(
        absl::StrCat(several,
                     " hosts have more than one file; they count "
                     "once, by the mean of these"));
  }
  if (quick > 0) {
    report.warnings.push_back(
        absl::StrCat(quick, " files are of --quick: too short to trust"));
  }
  std::map<std::string, std::set<std::string>> hashes;
  for (size_t s : table.series) {
    const FleetSeries& series = table.group->series[s];
    hashes[series.case_name].insert(series.code_hash);
  }
  for (const auto& [name, of_case] : hashes) {
    if (of_case.size() < 2) continue;
    report.warnings.push_back(
        absl::StrCat(name, " has ", of_case.size(),
                     " revisions, which are not compared with each other"));
  }
}

std::string BaseLabel(const FleetKey& key) {
  return absl::StrCat(key.kernel_release, ", ", key.kvm_backend, " (",
                      key.paging, "), ", key.cpu_model,
                      ", mitigations=", key.mitigations);
}

// The lines of `vulnerabilities` that not all of `keys` have.
std::string DifferingVulnerabilities(const FleetKey& key,
                                     const std::vector<const FleetKey*>& keys) {
  std::vector<std::string> differing;
  for (absl::string_view line :
       absl::StrSplit(key.vulnerabilities, '\n', absl::SkipEmpty())) {
    for (const FleetKey* other : keys) {
      const std::vector<absl::string_view> lines =
          absl::StrSplit(other->vulnerabilities, '\n');
      if (std::find(lines.begin(), lines.end(), line) != lines.end()) continue;
      differing.emplace_back(line);
      break;
    }
  }
  return absl::StrJoin(differing, "; ");
}

// Names groups by what people call them, and by more where that is not enough.
void LabelGroups(std::vector<FleetGroupReport>& groups) {
  std::map<std::string, std::vector<FleetGroupReport*>> alike;
  for (FleetGroupReport& group : groups) {
    alike[BaseLabel(group.key)].push_back(&group);
  }
  for (auto& [label, members] : alike) {
    std::vector<const FleetKey*> keys;
    for (const FleetGroupReport* member : members) keys.push_back(&member->key);
    const auto add = [&](const std::string FleetKey::*field,
                         absl::string_view what) {
      const bool differs = std::any_of(
          keys.begin(), keys.end(),
          [&](const FleetKey* key) { return key->*field != keys[0]->*field; });
      if (!differs) return;
      for (FleetGroupReport* member : members) {
        const std::string& value = member->key.*field;
        absl::StrAppend(&member->label, ", ", what, " ",
                        value.empty() ? "none" : value);
      }
    };
    for (FleetGroupReport* member : members) member->label = label;
    add(&FleetKey::architecture, "architecture");
    add(&FleetKey::kernel_version, "build");
    add(&FleetKey::hypervisor, "hypervisor");
    add(&FleetKey::emulator, "emulator");
    add(&FleetKey::settings, "settings");
    for (FleetGroupReport* member : members) {
      const std::string differing = DifferingVulnerabilities(member->key, keys);
      if (!differing.empty()) absl::StrAppend(&member->label, ", ", differing);
    }
  }
}

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
  pair.ratio = std::exp(Quantile(logs, .5));
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

// Pairs the groups of neighbouring kernels that are alike in all else.
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

}  // namespace

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

FleetReport AnalyzeFleet(const FleetDigest& digest, const FleetOptions& options,
                         const std::set<std::string>& wanted) {
  FleetReport report;
  report.options = options;
  std::vector<const FleetGroup*> groups;
  for (const FleetGroup& group : digest.groups()) {
    if (!group.rows.empty()) groups.push_back(&group);
  }
  std::sort(
      groups.begin(), groups.end(),
      [](const FleetGroup* a, const FleetGroup* b) { return a->key < b->key; });
  std::vector<Table> tables;
  std::set<std::string> hosts;
  report.groups.resize(groups.size());
  for (size_t i = 0; i < groups.size(); ++i) {
    tables.push_back(MakeTable(*groups[i], wanted));
    FleetGroupReport& group = report.groups[i];
    group.key = groups[i]->key;
    group.hosts = static_cast<uint32_t>(tables[i].hosts.size());
    group.files = static_cast<uint32_t>(groups[i]->rows.size());
    report.files += group.files;
    hosts.insert(tables[i].hosts.begin(), tables[i].hosts.end());
  }
  report.hosts = static_cast<uint32_t>(hosts.size());
  LabelGroups(report.groups);
  std::vector<Tester> testers;
  uint64_t shift_tests = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    testers.emplace_back(tables[i], report.groups[i]);
    report.tests += testers[i].Look(options);
    shift_tests += testers[i].shift_tests();
  }
  for (size_t i = 0; i < groups.size(); ++i) {
    FleetGroupReport& group = report.groups[i];
    testers[i].Keep(report.tests, shift_tests, options);
    AddFacts(tables[i], testers[i].odd_rows(), digest.texts(), group);
    std::stable_sort(group.odd.begin(), group.odd.end(),
                     [](const OddHost& a, const OddHost& b) {
                       return a.figures.size() > b.figures.size();
                     });
    AddFailed(tables[i], digest.texts(), wanted, group);
    AddWarnings(tables[i], group);
    report.any_odd = report.any_odd || !group.odd.empty();
  }
  AddPairs(tables, report);
  return report;
}

}  // namespace exitbench
