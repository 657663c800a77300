#include "results/stats/histogram.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(Histogram, EveryValueLiesInItsBucket) {
  uint64_t value = 0;
  for (int i = 0; i < 3000; ++i) {
    const uint32_t index = Histogram::Index(value);
    ASSERT_LT(index, Histogram::kBuckets);
    if (index == Histogram::kBuckets - 1) break;
    EXPECT_LE(Histogram::LowerBound(index), value);
    EXPECT_GT(Histogram::LowerBound(index + 1), value);
    value += 1 + value / 97;
  }
}

TEST(Histogram, BucketsAreNoWiderThanPromised) {
  for (uint32_t i = Histogram::kSubBuckets; i + 1 < Histogram::kBuckets; ++i) {
    const double low = static_cast<double>(Histogram::LowerBound(i));
    const double next = static_cast<double>(Histogram::LowerBound(i + 1));
    ASSERT_GT(next, low);
    ASSERT_LE((next - low) / low, 1.0 / 127);
  }
}

TEST(Histogram, HugeValuesGoToTheLastBucket) {
  EXPECT_EQ(Histogram::Index(~uint64_t{0}), Histogram::kBuckets - 1);
}

TEST(Histogram, QuantilesOfASpread) {
  Histogram h;
  for (uint64_t v = 1; v <= 100000; ++v) h.Add(v);
  EXPECT_NEAR(h.Quantile(.5), 50000, 500);
  EXPECT_NEAR(h.Quantile(.99), 99000, 900);
  EXPECT_EQ(Histogram().Quantile(.5), 0);
}

TEST(Histogram, MergeAddsCounts) {
  Histogram a, b;
  a.Add(5);
  b.Add(5);
  b.Add(70000);
  a.Merge(b);
  EXPECT_EQ(a.total(), 3u);
  EXPECT_EQ(a.counts().at(5), 2u);
}

}  // namespace
}  // namespace exitbench
