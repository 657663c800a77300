#include "results/fleet/tail.h"

#include <algorithm>
#include <cmath>

#include "results/model/summary.h"

namespace exitbench {
namespace {

// From so many hosts on each side has a tail of its own.
constexpr size_t kManyHosts = 100;
// The least hosts beyond the outer quantile of a large group, and their share.
constexpr double kLeastBeyond = 10;
constexpr double kShareBeyond = .01;
// How many times as many hosts are beyond the inner quantile.
constexpr double kInnerTimes = 5;
// Standard errors of the scale by which it is enlarged.
constexpr double kErrors = 2;
// Of 95%.
constexpr double kOutside = .05;

// Returns log of n over k times 2^-n.
double LogBinomial(size_t n, size_t k) {
  const double total = static_cast<double>(n), part = static_cast<double>(k);
  return std::lgamma(total + 1) - std::lgamma(part + 1) -
         std::lgamma(total - part + 1) - total * std::log(2.0);
}

}  // namespace

Tails::Side Tails::SideOf(const std::vector<double>& sorted) {
  const double n = static_cast<double>(sorted.size());
  double outer = .25, inner = .5;
  if (sorted.size() >= kManyHosts) {
    outer = std::max(kLeastBeyond / n, kShareBeyond);
    inner = kInnerTimes * outer;
  }
  Side side;
  side.from = Quantile(sorted, 1 - inner);
  side.share = inner;
  side.scale = (Quantile(sorted, 1 - outer) - side.from) /
               std::log(inner / outer) * (1 + kErrors / std::sqrt(n * inner));
  return side;
}

Tails::Tails(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  median_ = Quantile(values, .5);
  for (double& value : values) value -= median_;
  above_ = SideOf(values);
  std::reverse(values.begin(), values.end());
  for (double& value : values) value = -value;
  below_ = SideOf(values);
  if (values.size() < kManyHosts) {
    above_.scale = below_.scale = std::max(above_.scale, below_.scale);
  }
}

double Tails::P(double value) const {
  const Side& side = value > median_ ? above_ : below_;
  const double beyond = std::abs(value - median_) - side.from;
  if (beyond <= 0) return 1;
  if (!(side.scale > 0)) return 0;
  return std::min(1.0, 2 * side.share * std::exp(-beyond / side.scale));
}

double RobustDeviation(const std::vector<double>& values) {
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double median = Quantile(sorted, .5);
  for (double& value : sorted) value = std::abs(value - median);
  std::sort(sorted.begin(), sorted.end());
  return 1.4826 * Quantile(sorted, .5);
}

double SignTest(size_t positive, size_t negative) {
  const size_t n = positive + negative;
  const size_t few = std::min(positive, negative);
  double p = 0;
  for (size_t k = 0; k <= few; ++k) p += std::exp(LogBinomial(n, k));
  return std::min(1.0, 2 * p);
}

size_t MedianRank(size_t n) {
  double outside = 0;
  for (size_t k = 0; k <= n / 2; ++k) {
    outside += 2 * std::exp(LogBinomial(n, k));
    if (outside > kOutside) return k == 0 ? n : k - 1;
  }
  return n;
}

}  // namespace exitbench
