#include "results/boots/group_spread.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace exitbench {
namespace {

constexpr double kLargestLog = 500;
// Variance of the median of n runs against that of their mean, and how much
// less it is of few.
constexpr double kMedianVariance = 1.5708;
constexpr double kLessOfFew = .43;
// Median distance of two normal variables, in their standard deviation.
constexpr double kMedianDistance = .9539;
// Runs further apart in a group are not compared, which bounds the work.
constexpr size_t kFarthest = 8;
// The runs explain a spread unless chance makes it one time in twenty.
constexpr double kExplainedZ = 1.645;
// As many cases may have a larger spread than the quantile that so many have by
// chance. Fewer than half, since some cases differ more than others.
constexpr double kLarger = .4;
constexpr double kTypicalZ = .2533;
// Standard error of the median of one normal variable.
constexpr double kMedianError = 1.2533;
constexpr int kBisections = 60;

// Returns a quantile of chi-square over its degrees of freedom, for `z` of the
// normal distribution (Wilson and Hilferty).
double ChiSquare(double freedom, double z) {
  const double part = 2 / (9 * freedom);
  const double root = 1 - part + z * std::sqrt(part);
  return root * root * root;
}

}  // namespace

Groups GroupLogs(const Series& series, const std::vector<uint32_t>& group) {
  Groups groups;
  for (size_t i = 0; i < series.values.size(); ++i) {
    const double log = std::log(series.values[i]);
    if (!(std::abs(log) <= kLargestLog)) return {};
    groups[group[i]].push_back(log);
  }
  return groups;
}

double CentreVariance(double deviation, size_t runs) {
  const double count = static_cast<double>(runs);
  const double factor =
      runs < 3 ? 1 : kMedianVariance * (1 - kLessOfFew / count);
  return factor * deviation * deviation / count;
}

double RunDeviation(const std::vector<Groups>& sets) {
  std::vector<double> distances;
  for (const Groups& groups : sets) {
    for (const auto& [group, runs] : groups) {
      for (size_t i = 0; i < runs.size(); ++i) {
        const size_t end = std::min(runs.size(), i + 1 + kFarthest);
        for (size_t j = i + 1; j < end; ++j) {
          distances.push_back(std::abs(runs[i] - runs[j]));
        }
      }
    }
  }
  return Median(std::move(distances)) / kMedianDistance;
}

GroupSpread SpreadOf(const std::vector<Groups>& sets) {
  const double deviation = RunDeviation(sets);
  GroupSpread spread;
  double squares = 0, noise = 0, all = 0;
  for (const Groups& groups : sets) {
    if (groups.size() < 2) continue;
    const double count = static_cast<double>(groups.size());
    std::vector<double> centres;
    double middle = 0;
    for (const auto& [group, runs] : groups) {
      centres.push_back(Median(runs));
      middle += centres.back() / count;
      noise += CentreVariance(deviation, runs.size());
    }
    for (double centre : centres) {
      squares += (centre - middle) * (centre - middle);
    }
    all += count;
    spread.freedom += count - 1;
  }
  if (spread.freedom == 0) return spread;
  spread.square = squares / spread.freedom;
  spread.of_runs = noise / all;
  return spread;
}

double TypicalSigma(const std::vector<std::vector<GroupSpread>>& cases,
                    double errors) {
  const double count = static_cast<double>(cases.size());
  const double z = kTypicalZ - errors * kMedianError / std::sqrt(count);
  // Returns whether too many cases have larger spreads than expected.
  const auto explains_too_little = [&](double variance) {
    double larger = 0;
    for (const std::vector<GroupSpread>& metrics : cases) {
      for (const GroupSpread& s : metrics) {
        if (s.square > (variance + s.of_runs) * ChiSquare(s.freedom, z)) {
          larger += 1 / static_cast<double>(metrics.size());
        }
      }
    }
    return larger > kLarger * count;
  };
  if (!explains_too_little(0)) return 0;
  double low = 0, high = 1;
  while (explains_too_little(high)) high *= 2;
  for (int i = 0; i < kBisections; ++i) {
    const double middle = (low + high) / 2;
    (explains_too_little(middle) ? low : high) = middle;
  }
  return std::sqrt(high);
}

double SigmaOf(const GroupSpread& spread, double typical) {
  const double explained =
      spread.of_runs * ChiSquare(spread.freedom, kExplainedZ);
  return std::max(typical, std::sqrt(std::max(0.0, spread.square - explained)));
}

}  // namespace exitbench
