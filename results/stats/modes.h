// Runs, or samples of a run, that lie in two places, so that no one value is
// their centre.
#ifndef EXITBENCH_RESULTS_STATS_MODES_H_
#define EXITBENCH_RESULTS_STATS_MODES_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "results/stats/histogram.h"

namespace exitbench {

struct Mode {
  double value = 0;  // The median of its runs.
  size_t runs = 0;
};

struct TwoModes {
  Mode low;
  Mode high;
};

// Returns the two places in which `values` lie, if they do: 5% apart or more,
// and five times as far as either spans. Of four values or more each place has
// two. Values of 0 and below have no modes.
std::optional<TwoModes> FindTwoModes(std::vector<double> values);

// Two places between which an interquartile mean lies.
struct SplitMiddle {
  double low = 0;  // The medians of both.
  double high = 0;
  double low_share = 0;  // The part of the samples that lies in the lower.
};

// Returns the two places in which the middle half of the samples lies, if it
// does: as far apart as those of FindTwoModes(), and more than four times
// `quantum`, the steps in which the clock counts. Each has 30% of the samples
// or more, of 100 or more.
std::optional<SplitMiddle> FindSplitMiddle(const Histogram& samples,
                                           double quantum);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_STATS_MODES_H_
