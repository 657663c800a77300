// How sure a share is that was found by sampling.
#ifndef EXITBENCH_PROFILE_MODEL_INTERVAL_H_
#define EXITBENCH_PROFILE_MODEL_INTERVAL_H_

#include <algorithm>
#include <cmath>
#include <utility>

namespace exitbench {

struct Interval {
  double low = 0;
  double high = 0;
};

// Of a normal distribution: 95% lie within so many standard deviations.
inline constexpr double kTwoSided95 = 1.959963984540054;

// Returns the confidence interval of a share of which `hits` of `samples` were
// found: Wilson's score interval (1927), of 95% or of `z` standard deviations.
// It also holds for few hits and for none. Without samples it is 0 to 1.
inline Interval ShareInterval(double hits, double samples,
                              double z = kTwoSided95) {
  if (!(samples > 0)) return {0, 1};
  const double share = std::clamp(hits / samples, 0.0, 1.0);
  const double scale = 1 + z * z / samples;
  const double middle = (share + z * z / (2 * samples)) / scale;
  const double half = z / scale *
                      std::sqrt(share * (1 - share) / samples +
                                z * z / (4 * samples * samples));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

// Returns the interval of share a, divided by `factor`, less share b:
// Newcombe's (1998, method 10), of 95% or of `z` standard deviations. Both must
// have samples.
inline Interval DifferenceInterval(double a_hits, double a_samples,
                                   double b_hits, double b_samples,
                                   double z = kTwoSided95, double factor = 1) {
  const double a = a_hits / a_samples / factor, b = b_hits / b_samples;
  const Interval of_a = ShareInterval(a_hits, a_samples, z);
  const Interval of_b = ShareInterval(b_hits, b_samples, z);
  return {a - b - std::hypot(a - of_a.low / factor, of_b.high - b),
          a - b + std::hypot(of_a.high / factor - a, b - of_b.low)};
}

// Returns whether the larger of two shares is more than `factor` times the
// other: whether DifferenceInterval() is above 0.
inline bool SharesDiffer(double a_hits, double a_samples, double b_hits,
                         double b_samples, double z, double factor = 1) {
  if (!(a_samples > 0 && b_samples > 0)) return false;
  if (a_hits / a_samples < b_hits / b_samples) {
    std::swap(a_hits, b_hits);
    std::swap(a_samples, b_samples);
  }
  return DifferenceInterval(a_hits, a_samples, b_hits, b_samples, z, factor)
             .low > 0;
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_MODEL_INTERVAL_H_
