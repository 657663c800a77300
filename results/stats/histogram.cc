#include "results/stats/histogram.h"

#include <bit>

namespace exitbench {

uint32_t Histogram::Index(uint64_t value) {
  if (value < kSubBuckets) return static_cast<uint32_t>(value);
  const int octave = std::bit_width(value) - 1 - kSubBucketBits;
  const uint64_t index =
      (static_cast<uint64_t>(octave) << kSubBucketBits) + (value >> octave);
  return index < kBuckets ? static_cast<uint32_t>(index) : kBuckets - 1;
}

uint64_t Histogram::LowerBound(uint32_t index) {
  if (index < kSubBuckets) return index;
  const uint32_t octave = (index >> kSubBucketBits) - 1;
  return static_cast<uint64_t>((index & (kSubBuckets - 1)) + kSubBuckets)
         << octave;
}

double Histogram::Middle(uint32_t index) {
  if (index < kSubBuckets) return index;
  const uint32_t octave = (index >> kSubBucketBits) - 1;
  const double width = static_cast<double>(uint64_t{1} << octave);
  return static_cast<double>(LowerBound(index)) + (width - 1) / 2;
}

void Histogram::Merge(const Histogram& other) {
  for (const auto& [index, count] : other.counts_) counts_[index] += count;
}

uint64_t Histogram::total() const {
  uint64_t total = 0;
  for (const auto& [index, count] : counts_) total += count;
  return total;
}

double Histogram::Quantile(double q) const {
  const uint64_t all = total();
  if (all == 0) return 0;
  const double rank = q * static_cast<double>(all - 1);
  uint64_t seen = 0;
  for (const auto& [index, count] : counts_) {
    seen += count;
    if (static_cast<double>(seen) > rank) return Middle(index);
  }
  return Middle(counts_.rbegin()->first);
}

}  // namespace exitbench
