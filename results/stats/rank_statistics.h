// Rank statistics: how likely two sets of runs differ by chance, and by how
// much they differ. No distribution is assumed. No random number is drawn: the
// same runs always give the same answer.
//
// The test is exact, conditional on the values seen: it counts all ways to
// divide them into the two sets. Equal values share their mean rank. With more
// than kMaxExactRuns runs in all it uses the normal approximation, with
// corrections for ties and continuity.
#ifndef EXITBENCH_RESULTS_STATS_RANK_STATISTICS_H_
#define EXITBENCH_RESULTS_STATS_RANK_STATISTICS_H_

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace exitbench {

// The shift from one set to another: the median of all pairwise differences
// (Hodges-Lehmann), and the interval of the shifts that the test does not
// reject. The bounds are infinite if the runs are too few for the confidence.
struct Shift {
  double estimate = 0;
  double low = 0;
  double high = 0;
};

// Tests pairs of sets. It caches null distributions, so use one object for many
// tests. Not thread-safe.
class RankTester {
 public:
  static constexpr size_t kMaxExactRuns = 64;

  // Returns p of the two-sided Mann-Whitney test: twice the smaller tail, at
  // most 1. Returns 1 if either set is empty.
  double MannWhitneyP(const std::vector<double>& a,
                      const std::vector<double>& b);

  // Returns the shift of `to` against `from`. Neither may be empty. The
  // interval inverts the test without ties at level 1 - `confidence`.
  Shift HodgesLehmann(const std::vector<double>& from,
                      const std::vector<double>& to, double confidence);

 private:
  // Returns the probability of U <= u for each u, without ties.
  const std::vector<double>& UntiedTail(size_t n, size_t m);

  std::map<std::pair<size_t, size_t>, std::vector<double>> untied_;
};

// Returns the smallest p that the exact test can give for `n` and `m` runs.
double SmallestP(size_t n, size_t m);

// Applies Holm's step-down correction to the p-values of one family. Returns
// them in the same order.
std::vector<double> HolmAdjust(const std::vector<double>& p);

// Returns z such that a standard normal variable exceeds z with probability
// `tail` (0 < tail < 1).
double NormalUpperQuantile(double tail);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_STATS_RANK_STATISTICS_H_
