// Rank statistics: how likely two sets of runs differ by luck alone, and by
// how much they differ. No distribution is assumed and no random number is
// drawn: the same runs always give the same answer.
//
// "Exact" is conditional on the values seen: all ways to deal them to the two
// sides are counted, equal values sharing their mean rank. Above
// kMaxExactRuns runs on both sides together the counts are replaced by the
// normal approximation with corrections for ties and continuity.
#ifndef EXITBENCH_RESULTS_STATS_RANK_STATISTICS_H_
#define EXITBENCH_RESULTS_STATS_RANK_STATISTICS_H_

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace exitbench {

// The typical shift from one set to another: the median of all pairwise
// differences (Hodges-Lehmann), and the shifts that the test below would not
// reject. Bounds are infinite where the runs are too few for the confidence.
struct Shift {
  double estimate = 0;
  double low = 0;
  double high = 0;
};

// Keeps the null distributions that it has counted, so one object serves many
// tests; not for use by several threads at once.
class RankTester {
 public:
  static constexpr size_t kMaxExactRuns = 64;

  // Two-sided Mann-Whitney test: twice the smaller tail, at most 1. 1 if
  // either side is empty.
  double MannWhitneyP(const std::vector<double>& a,
                      const std::vector<double>& b);

  // Of `to` against `from`, neither empty. The interval inverts the test
  // without ties at level 1 - `confidence`.
  Shift HodgesLehmann(const std::vector<double>& from,
                      const std::vector<double>& to, double confidence);

 private:
  // Probability of U <= u for each u, without ties.
  const std::vector<double>& UntiedTail(size_t n, size_t m);

  std::map<std::pair<size_t, size_t>, std::vector<double>> untied_;
};

// The smallest p that the exact test can give for `n` and `m` runs.
double SmallestP(size_t n, size_t m);

// Holm's step-down correction: the p-values with all of them taken as one
// family, in the order given.
std::vector<double> HolmAdjust(const std::vector<double>& p);

// z such that a standard normal variable exceeds it with probability `tail`
// (0 < tail < 1).
double NormalUpperQuantile(double tail);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_STATS_RANK_STATISTICS_H_
