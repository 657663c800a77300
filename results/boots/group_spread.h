// How far groups of runs lie apart, beyond what the noise of the runs explains.
// Groups are the boots or the sessions of a side. All values are logarithms of
// runs, so .01 is 1%.
#ifndef EXITBENCH_RESULTS_BOOTS_GROUP_SPREAD_H_
#define EXITBENCH_RESULTS_BOOTS_GROUP_SPREAD_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "results/sides/side.h"

namespace exitbench {

// The runs of each group, in the order of their series.
using Groups = std::map<uint32_t, std::vector<double>>;

// Returns the logarithms of the runs of `series`. `group` names the group of
// each run. Returns nothing if a run has no logarithm, or one that only a
// forged file can have.
Groups GroupLogs(const Series& series, const std::vector<uint32_t>& group);

// Returns the variance of the median of a group, if its runs have standard
// deviation `deviation` and groups no effects of their own.
double CentreVariance(double deviation, size_t runs);

// Returns the standard deviation of the runs within the groups. Some runs that
// lie apart do not matter. 0 if no group has two runs.
double RunDeviation(const std::vector<Groups>& sets);

// Of one metric of one case.
struct GroupSpread {
  // An estimate of the variance of a group's median, by `freedom` degrees of
  // freedom.
  double square = 0;
  double of_runs = 0;  // The part of it that the noise of the runs explains.
  double freedom = 0;
};

// Compares the groups of each set with the middle of the set, so that sets may
// differ. Sets of one group tell nothing.
GroupSpread SpreadOf(const std::vector<Groups>& sets);

// Returns the standard deviation of a group's own effect in a typical case.
// Each case has a spread for each metric, with a freedom of 1 or more. Cases
// that differ much more than most do not matter. 0 if the noise of the runs
// explains the spreads. The result is so many standard errors above the best
// estimate: that of few cases is poor.
double TypicalSigma(const std::vector<std::vector<GroupSpread>>& cases,
                    double errors);

// For what diff allows for. Else one diff in two would allow for too little.
inline constexpr double kCautious = 1;

// Returns the standard deviation of a group's own effect for one case. It is at
// least the typical one, since a few groups may agree by chance. It is more
// only as far as the noise of the runs is unlikely to explain it.
double SigmaOf(const GroupSpread& spread, double typical);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_BOOTS_GROUP_SPREAD_H_
