#include "results/fleet/fleet.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "results/fleet/fleet_labels.h"
#include "results/fleet/fleet_pairs.h"
#include "results/fleet/fleet_table.h"
#include "results/fleet/tail.h"
#include "results/model/summary.h"
#include "results/sides/side.h"

namespace exitbench {
namespace {

// Figures that a host must have for its median shift to mean it as a whole.
constexpr size_t kLeastFigures = 5;
// Clocks further apart tick differently: the same as diff's.
constexpr double kClockTolerance = 1e-3;

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

// Returns the groups that have hosts, by their keys.
std::vector<const FleetGroup*> SortedGroups(const FleetDigest& digest) {
  std::vector<const FleetGroup*> groups;
  for (const FleetGroup& group : digest.groups()) {
    if (!group.rows.empty()) groups.push_back(&group);
  }
  std::sort(
      groups.begin(), groups.end(),
      [](const FleetGroup* a, const FleetGroup* b) { return a->key < b->key; });
  return groups;
}

// Sets what the report says of all hosts and files, and names its groups.
void Describe(const std::vector<Table>& tables, FleetReport& report) {
  std::set<std::string> hosts;
  for (const Table& table : tables) {
    FleetGroupReport& group = report.groups.emplace_back();
    group.key = table.group->key;
    group.hosts = static_cast<uint32_t>(table.hosts.size());
    group.files = static_cast<uint32_t>(table.group->rows.size());
    report.files += group.files;
    hosts.insert(table.hosts.begin(), table.hosts.end());
  }
  report.hosts = static_cast<uint32_t>(hosts.size());
  LabelGroups(report.groups);
}

// Finds the hosts that stand out in each group, over the tests of all groups.
void FindOdd(const std::vector<Table>& tables,
             const std::vector<std::string>& texts, FleetReport& report) {
  std::vector<Tester> testers;
  uint64_t shift_tests = 0;
  for (size_t i = 0; i < tables.size(); ++i) {
    testers.emplace_back(tables[i], report.groups[i]);
    report.tests += testers[i].Look(report.options);
    shift_tests += testers[i].shift_tests();
  }
  for (size_t i = 0; i < tables.size(); ++i) {
    FleetGroupReport& group = report.groups[i];
    testers[i].Keep(report.tests, shift_tests, report.options);
    AddFacts(tables[i], testers[i].odd_rows(), texts, group);
    std::stable_sort(group.odd.begin(), group.odd.end(),
                     [](const OddHost& a, const OddHost& b) {
                       return a.figures.size() > b.figures.size();
                     });
    report.any_odd = report.any_odd || !group.odd.empty();
  }
}

}  // namespace

FleetReport AnalyzeFleet(const FleetDigest& digest, const FleetOptions& options,
                         const std::set<std::string>& wanted) {
  FleetReport report;
  report.options = options;
  std::vector<Table> tables;
  for (const FleetGroup* group : SortedGroups(digest)) {
    tables.push_back(MakeTable(*group, wanted));
  }
  Describe(tables, report);
  FindOdd(tables, digest.texts(), report);
  for (size_t i = 0; i < tables.size(); ++i) {
    AddFailed(tables[i], digest.texts(), wanted, report.groups[i]);
    AddWarnings(tables[i], report.groups[i]);
  }
  AddPairs(tables, report);
  return report;
}

}  // namespace exitbench
