// A log-linear histogram with 128 buckets per octave. No bucket is wider than
// 0.79% of its lower bound. Each value below 128 has its own bucket.
//
// It is sparse: a map from bucket index to count. Adding a value allocates, so
// histograms are filled between timed batches, never within one.
#ifndef EXITBENCH_RESULTS_STATS_HISTOGRAM_H_
#define EXITBENCH_RESULTS_STATS_HISTOGRAM_H_

#include <cstdint>
#include <map>

namespace exitbench {

class Histogram {
 public:
  static constexpr int kSubBucketBits = 7;
  static constexpr uint32_t kSubBuckets = 1u << kSubBucketBits;
  // 36 octaves above the linear part: values up to 2^43 ticks, over an hour.
  static constexpr uint32_t kBuckets = kSubBuckets * 37;

  // Returns the bucket of `value`. Values too large go to the last one.
  static uint32_t Index(uint64_t value);
  // Returns the smallest value of bucket `index` (< kBuckets).
  static uint64_t LowerBound(uint32_t index);
  // Returns the middle of bucket `index`, which stands for its values.
  static double Middle(uint32_t index);

  void Add(uint64_t value) { ++counts_[Index(value)]; }
  // Adds `count` values to bucket `index` (< kBuckets).
  void AddBucket(uint32_t index, uint32_t count) { counts_[index] += count; }
  void Merge(const Histogram& other);

  const std::map<uint32_t, uint32_t>& counts() const { return counts_; }
  uint64_t total() const;
  // Returns the value below which a part `q` (0..1) of the values lies. 0 if
  // empty.
  double Quantile(double q) const;

 private:
  std::map<uint32_t, uint32_t> counts_;
};

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_STATS_HISTOGRAM_H_
