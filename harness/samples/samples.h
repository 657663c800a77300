// The samples of one metric in one run.
#ifndef EXITBENCH_HARNESS_SAMPLES_SAMPLES_H_
#define EXITBENCH_HARNESS_SAMPLES_SAMPLES_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "results/stats/histogram.h"

namespace exitbench {

// The most raw samples that are kept of one metric in one run. It bounds
// memory, whatever --exits is.
inline constexpr uint32_t kMaxSamples = 20000;

// Chooses the events whose raw samples are kept: every k-th.
class KeptEvents {
 public:
  // `events` is the number of events in the run.
  explicit KeptEvents(uint32_t events)
      : each_((events + kMaxSamples - 1) / kMaxSamples) {}
  bool Has(uint64_t event) const { return event % each_ == 0; }

 private:
  uint32_t each_;
};

// Raw samples for exact statistics, as many as are kept, and a histogram of
// all.
struct Samples {
  std::vector<double> raw;
  Histogram histogram;

  void Clear();
  // Adds a sample to the histogram, where a negative one counts as 0. With
  // `keep` it also adds it to the raw samples, if there is room.
  void Add(double ticks, bool keep) {
    if (keep && raw.size() < kMaxSamples) raw.push_back(ticks);
    constexpr double kMost = 1ull << 63;
    histogram.Add(ticks > 0 ? static_cast<uint64_t>(std::min(ticks, kMost))
                            : 0);
  }
  // Returns the interquartile mean of the raw samples.
  double Iqm() const;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SAMPLES_SAMPLES_H_
