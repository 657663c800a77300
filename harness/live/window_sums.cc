#include "harness/live/window_sums.h"

#include <algorithm>

#include "base/check.h"

namespace exitbench {

void WindowSums::Add(double open_ns, absl::Span<const double> counts) {
  EB_CHECK(counts.size() == kinds_.size());
  ++windows_;
  open_ns_ += open_ns;
  open_ns_squared_ += open_ns * open_ns;
  for (size_t i = 0; i < counts.size(); ++i) {
    kinds_[i].count += counts[i];
    kinds_[i].count_squared += counts[i] * counts[i];
    kinds_[i].count_times_ns += counts[i] * open_ns;
  }
}

double WindowSums::Variance(size_t kind) const {
  const Kind& sum = kinds_[kind];
  if (windows_ < 2) return std::max(0.0, sum.count);
  const double rate = open_ns_ > 0 ? sum.count / open_ns_ : 0;
  // The sum of (count - rate * ns)^2 over the windows.
  const double squares = sum.count_squared - 2 * rate * sum.count_times_ns +
                         rate * rate * open_ns_squared_;
  // Rounding may leave less than nothing.
  return std::max(0.0, squares) * windows_ / (windows_ - 1);
}

}  // namespace exitbench
