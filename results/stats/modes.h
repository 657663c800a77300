// Runs that lie in two places, so that no one value is their centre.
#ifndef EXITBENCH_RESULTS_STATS_MODES_H_
#define EXITBENCH_RESULTS_STATS_MODES_H_

#include <cstddef>
#include <optional>
#include <vector>

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

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_STATS_MODES_H_
