// Histograms of several sides in common bins, few enough for a picture.
#ifndef EXITBENCH_REPORT_BINS_H_
#define EXITBENCH_REPORT_BINS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "results/stats/histogram.h"

namespace exitbench {

// Bins of one width, one after the other from `lower` on.
struct BinSegment {
  double lower = 0;
  double width = 0;
  size_t bins = 0;
};

// The values of one side by bin.
struct BinnedCounts {
  uint64_t total = 0;  // With those below and above all bins.
  uint64_t below = 0;
  uint64_t above = 0;
  std::vector<uint64_t> counts;  // One per bin; empty if total is 0.
};

struct Bins {
  std::vector<BinSegment> segments;  // Rising, without gaps.
  std::vector<BinnedCounts> sides;   // One per histogram.
};

// The bins reach from the first to the last of these quantiles, of the side
// that reaches furthest. All else is counted as below or above.
inline constexpr double kFirstShown = .005;
inline constexpr double kLastShown = .97;

// Returns the counts of `histograms` in at most `most` bins, two or more. A bin
// is one bucket of the histograms, or 2, 4, 8 ... of them, so no bucket is
// split. A null or empty histogram has no counts. No segments if all are empty.
Bins BinsOf(const std::vector<const Histogram*>& histograms, size_t most);

}  // namespace exitbench

#endif  // EXITBENCH_REPORT_BINS_H_
