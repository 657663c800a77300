// How sure a share is that was found by sampling.
#ifndef EXITBENCH_PROFILE_MODEL_INTERVAL_H_
#define EXITBENCH_PROFILE_MODEL_INTERVAL_H_

#include <algorithm>
#include <cmath>

namespace exitbench {

struct Interval {
  double low = 0;
  double high = 0;
};

// Of a normal distribution: 95% lie within so many standard deviations.
inline constexpr double kTwoSided95 = 1.959963984540054;

// Returns the 95% confidence interval of a share of which `hits` of `samples`
// were found: Wilson's score interval (1927). It also holds for few hits and
// for none. Without samples it is 0 to 1.
inline Interval ShareInterval(double hits, double samples) {
  if (!(samples > 0)) return {0, 1};
  constexpr double z = kTwoSided95;
  const double share = std::clamp(hits / samples, 0.0, 1.0);
  const double scale = 1 + z * z / samples;
  const double middle = (share + z * z / (2 * samples)) / scale;
  const double half = z / scale *
                      std::sqrt(share * (1 - share) / samples +
                                z * z / (4 * samples * samples));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_MODEL_INTERVAL_H_
