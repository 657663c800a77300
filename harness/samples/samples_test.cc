#include "harness/samples/samples.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(KeptEvents, AllOfAFewAndEveryKthOfMany) {
  EXPECT_TRUE(KeptEvents(kMaxSamples).Has(1));
  const KeptEvents many(3 * kMaxSamples - 1);
  uint32_t kept = 0;
  for (uint64_t i = 0; i < 3 * kMaxSamples - 1; ++i) kept += many.Has(i);
  EXPECT_EQ(kept, kMaxSamples);
  EXPECT_TRUE(many.Has(3));
  EXPECT_FALSE(many.Has(4));
}

TEST(Samples, TheHistogramHasAllAndTheRawOnesAreBounded) {
  Samples samples;
  for (uint32_t i = 0; i < kMaxSamples + 2; ++i) samples.Add(7, true);
  samples.Add(9, false);
  EXPECT_EQ(samples.raw.size(), kMaxSamples);
  EXPECT_EQ(samples.histogram.total(), kMaxSamples + 3);
  EXPECT_EQ(samples.histogram.counts().at(Histogram::Index(9)), 1u);
}

TEST(Samples, LessThanNothingIsNothingInTheHistogramOnly) {
  Samples samples;
  samples.Add(-5, true);
  EXPECT_EQ(samples.raw, std::vector<double>{-5});
  EXPECT_EQ(samples.histogram.counts().at(0), 1u);
}

TEST(Samples, TheIqmIsOfTheMiddleHalf) {
  Samples samples;
  for (double x : {100, 1, 3, 2, 4, 0, 5, 6}) samples.Add(x, true);
  EXPECT_EQ(samples.Iqm(), 3.5);
  samples.Clear();
  EXPECT_EQ(samples.histogram.total(), 0u);
}

}  // namespace
}  // namespace exitbench
