#include "results/fleet/fleet_table.h"

#include <algorithm>
#include <iterator>
#include <map>

#include "results/fleet/tail.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

// A count is the usual one if so many hosts have it.
constexpr double kMost = .75;

}  // namespace

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

std::vector<double> Known(const std::vector<double>& values) {
  std::vector<double> known;
  std::copy_if(values.begin(), values.end(), std::back_inserter(known),
               IsKnown);
  return known;
}

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

}  // namespace exitbench
