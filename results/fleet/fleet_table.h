// The figures of a group of hosts, as a table: a row per host, a column per
// series.
#ifndef EXITBENCH_RESULTS_FLEET_FLEET_TABLE_H_
#define EXITBENCH_RESULTS_FLEET_FLEET_TABLE_H_

#include <cmath>
#include <cstddef>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include "results/fleet/digest.h"
#include "results/fleet/fleet.h"

namespace exitbench {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

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

// Returns the table of a group's cases that are `wanted`; of all, if none is.
Table MakeTable(const FleetGroup& group, const std::set<std::string>& wanted);

inline bool IsKnown(double value) { return !std::isnan(value); }
// Returns those of `values` that are known.
std::vector<double> Known(const std::vector<double>& values);

// Costs are compared by their ratio, so by logarithms. Only those above 0 have
// one; of others it is kNone.
inline double Log(double value) { return value > 0 ? std::log(value) : kNone; }
std::vector<double> Logs(const std::vector<double>& values);

Spread SpreadOf(const FleetSeries& series, const std::vector<double>& figures);

// Returns what most hosts have; kNone if there is no such value.
double UsualCount(const std::vector<double>& figures);

// Returns whether each difference is one: of counts.
bool IsExact(const FleetSeries& series);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_FLEET_TABLE_H_
