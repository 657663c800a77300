// Adds up what windows of time counted, and how much it varies between them.
#ifndef EXITBENCH_HARNESS_LIVE_WINDOW_SUMS_H_
#define EXITBENCH_HARNESS_LIVE_WINDOW_SUMS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace exitbench {

class WindowSums {
 public:
  // For `kinds` counts in each window.
  explicit WindowSums(size_t kinds) : kinds_(kinds) {}

  // Adds a window that was open for `open_ns`, with a count for each kind.
  void Add(double open_ns, absl::Span<const double> counts);

  uint32_t windows() const { return windows_; }
  double open_ns() const { return open_ns_; }

  // Returns the count of a kind in all windows.
  double Count(size_t kind) const { return kinds_[kind].count; }

  // Returns the variance of that count: what windows of these lengths would
  // have as the variance of their sum, if each were drawn anew. It is estimated
  // from how far counts of single windows are from the mean rate. One window
  // says nothing of that, so it has the variance of events that are independent
  // of each other: the count.
  double Variance(size_t kind) const;

 private:
  struct Kind {
    double count = 0;
    double count_squared = 0;
    double count_times_ns = 0;
  };

  uint32_t windows_ = 0;
  double open_ns_ = 0;
  double open_ns_squared_ = 0;
  std::vector<Kind> kinds_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_WINDOW_SUMS_H_
