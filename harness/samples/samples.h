// Samples of a metric of one run.
#ifndef EXITBENCH_HARNESS_SAMPLES_SAMPLES_H_
#define EXITBENCH_HARNESS_SAMPLES_SAMPLES_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "results/stats/histogram.h"

namespace exitbench {

// Most raw samples kept of one metric of one run. Bounds memory, whatever
// --exits says.
inline constexpr uint32_t kMaxSamples = 20000;

// Which of many events have their raw samples kept: every k-th.
class KeptEvents {
 public:
  explicit KeptEvents(uint32_t events)
      : each_((events + kMaxSamples - 1) / kMaxSamples) {}
  bool Has(uint64_t event) const { return event % each_ == 0; }

 private:
  uint32_t each_;
};

// Raw ones for the statistics, all in the histogram.
struct Samples {
  std::vector<double> raw;
  Histogram histogram;

  void Clear();
  // `keep`: among the raw ones, if there is room. Less than nothing counts as
  // nothing in the histogram.
  void Add(double ticks, bool keep) {
    if (keep && raw.size() < kMaxSamples) raw.push_back(ticks);
    constexpr double kMost = 1ull << 63;
    histogram.Add(ticks > 0 ? static_cast<uint64_t>(std::min(ticks, kMost))
                            : 0);
  }
  // Interquartile mean of the raw ones.
  double Iqm() const;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_SAMPLES_H_
