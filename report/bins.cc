#include "report/bins.h"

#include <algorithm>
#include <limits>

#include "base/check.h"

namespace exitbench {
namespace {

// Groups of 1 << shift buckets, numbered from the first bucket on.
struct Range {
  uint32_t first = std::numeric_limits<uint32_t>::max();  // Group.
  uint32_t last = 0;
  int shift = 0;

  size_t bins() const { return first > last ? 0 : last - first + 1; }
};

bool IsEmpty(const Histogram* histogram) {
  return histogram == nullptr || histogram->counts().empty();
}

uint32_t BucketOfQuantile(const Histogram& histogram, double q) {
  return Histogram::Index(static_cast<uint64_t>(histogram.Quantile(q)));
}

Range RangeOf(const std::vector<const Histogram*>& histograms, size_t most) {
  Range range;
  for (const Histogram* histogram : histograms) {
    if (IsEmpty(histogram)) continue;
    range.first =
        std::min(range.first, BucketOfQuantile(*histogram, kFirstShown));
    range.last = std::max(range.last, BucketOfQuantile(*histogram, kLastShown));
  }
  const Range buckets = range;
  while (range.bins() > most) {
    ++range.shift;
    range.first = buckets.first >> range.shift;
    range.last = buckets.last >> range.shift;
  }
  return range;
}

double LowerBound(uint32_t group, int shift) {
  const uint32_t bucket = group << shift;
  return bucket < Histogram::kBuckets
             ? static_cast<double>(Histogram::LowerBound(bucket))
             : 2 * static_cast<double>(
                       Histogram::LowerBound(bucket - Histogram::kSubBuckets));
}

void AddSegments(const Range& range, Bins& bins) {
  for (uint32_t group = range.first; group <= range.last; ++group) {
    const double lower = LowerBound(group, range.shift);
    const double width = LowerBound(group + 1, range.shift) - lower;
    if (bins.segments.empty() || bins.segments.back().width != width) {
      bins.segments.push_back({lower, width, 0});
    }
    ++bins.segments.back().bins;
  }
}

BinnedCounts CountsOf(const Histogram& histogram, const Range& range) {
  BinnedCounts binned{.counts = std::vector<uint64_t>(range.bins())};
  for (const auto& [bucket, count] : histogram.counts()) {
    binned.total += count;
    const uint32_t group = bucket >> range.shift;
    if (group < range.first) {
      binned.below += count;
    } else if (group > range.last) {
      binned.above += count;
    } else {
      binned.counts[group - range.first] += count;
    }
  }
  return binned;
}

}  // namespace

Bins BinsOf(const std::vector<const Histogram*>& histograms, size_t most) {
  EB_CHECK(most >= 2);
  Bins bins;
  const Range range = RangeOf(histograms, most);
  if (range.bins() > 0) AddSegments(range, bins);
  for (const Histogram* histogram : histograms) {
    bins.sides.push_back(IsEmpty(histogram) ? BinnedCounts()
                                            : CountsOf(*histogram, range));
  }
  return bins;
}

}  // namespace exitbench
