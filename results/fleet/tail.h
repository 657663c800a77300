// How far out a host is among the hosts of its group.
//
// Costs of hosts are skewed and have longer tails than a normal distribution,
// and of a few hosts nobody knows the tail. So nothing normal is assumed.
// Beyond the middle of the hosts, on each side, the share of hosts is taken to
// fall off exponentially, as fast as it does between two quantiles of that
// side, or more slowly by what these quantiles may be off. A normal
// distribution falls off faster, so there fewer hosts are called odd than could
// be. Odd hosts beyond the outer quantile, a hundredth of a large group, do not
// move it.
#ifndef EXITBENCH_RESULTS_FLEET_TAIL_H_
#define EXITBENCH_RESULTS_FLEET_TAIL_H_

#include <cstddef>
#include <vector>

namespace exitbench {

// The least hosts of which one can stand out.
inline constexpr size_t kLeastHosts = 8;

class Tails {
 public:
  // `values` has one of each host, at least kLeastHosts.
  explicit Tails(std::vector<double> values);

  double median() const { return median_; }

  // Returns a bound of the probability that a host is as far from the median as
  // `value`, on either side. 1 within the inner quantile; 0 if it differs where
  // nearly all others are the same.
  double P(double value) const;

 private:
  struct Side {
    double from = 0;   // The inner quantile, as a distance from the median.
    double share = 1;  // Of the hosts that are beyond it.
    double scale = 0;  // The distance in which e times fewer are left.
  };

  static Side SideOf(const std::vector<double>& sorted);

  double median_ = 0;
  Side above_, below_;
};

// Returns 1.4826 times the median distance from the median: the standard
// deviation of normal values. 0 if empty.
double RobustDeviation(const std::vector<double>& values);

// Returns the two-sided p of the sign test: whether `positive` of `positive` +
// `negative` is too far from a half for a fair coin.
double SignTest(size_t positive, size_t negative);

// Returns the rank k, from 0, such that the k-th smallest and the k-th largest
// of `n` values hold the median of what they are drawn from, with a confidence
// of 95% at least. The value is n if n is too small for that.
size_t MedianRank(size_t n);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FLEET_TAIL_H_
