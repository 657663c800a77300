#include "report/bins.h"

#include <numeric>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

Histogram Of(std::initializer_list<uint64_t> values) {
  Histogram histogram;
  for (uint64_t value : values) histogram.Add(value);
  return histogram;
}

uint64_t SumOf(const BinnedCounts& side) {
  return std::accumulate(side.counts.begin(), side.counts.end(), uint64_t{0});
}

size_t CountBins(const Bins& bins) {
  size_t count = 0;
  for (const BinSegment& segment : bins.segments) count += segment.bins;
  return count;
}

TEST(BinsTest, SmallValuesHaveBinsOfOne) {
  const Histogram a = Of({10, 10, 11, 11, 11, 13, 13});
  const Bins bins = BinsOf({&a}, 80);
  ASSERT_EQ(bins.segments.size(), 1u);
  EXPECT_EQ(bins.segments[0].lower, 10);
  EXPECT_EQ(bins.segments[0].width, 1);
  EXPECT_EQ(bins.segments[0].bins, 4u);
  EXPECT_EQ(bins.sides[0].counts, (std::vector<uint64_t>{2, 3, 0, 2}));
  EXPECT_EQ(bins.sides[0].total, 7u);
}

TEST(BinsTest, SidesShareBins) {
  const Histogram a = Of({1000}), b = Of({1100});
  const Bins bins = BinsOf({&a, nullptr, &b}, 80);
  ASSERT_EQ(bins.sides.size(), 3u);
  EXPECT_EQ(bins.sides[0].counts.front(), 1u);
  EXPECT_EQ(bins.sides[2].counts.back(), 1u);
  EXPECT_EQ(bins.sides[0].counts.size(), bins.sides[2].counts.size());
  EXPECT_EQ(bins.sides[1].total, 0u);
  EXPECT_TRUE(bins.sides[1].counts.empty());
}

TEST(BinsTest, WideRangesHaveFewBinsThatDoubleInWidth) {
  Histogram a;
  for (uint64_t value = 100; value < 200000; value += 7) a.Add(value);
  const Bins bins = BinsOf({&a}, 40);
  EXPECT_LE(CountBins(bins), 40u);
  EXPECT_GT(CountBins(bins), 20u);
  ASSERT_GT(bins.segments.size(), 3u);
  for (size_t i = 1; i < bins.segments.size(); ++i) {
    const BinSegment& before = bins.segments[i - 1];
    EXPECT_EQ(bins.segments[i].lower,
              before.lower + before.width * static_cast<double>(before.bins));
    EXPECT_GT(bins.segments[i].width, before.width);
  }
  EXPECT_EQ(SumOf(bins.sides[0]) + bins.sides[0].below + bins.sides[0].above,
            bins.sides[0].total);
}

TEST(BinsTest, TailsAreCountedAndNotShown) {
  Histogram a;
  a.AddBucket(Histogram::Index(1000), 10000);
  a.Add(1);
  a.Add(1'000'000'000);
  a.Add(2'000'000'000);
  const Bins bins = BinsOf({&a}, 80);
  EXPECT_EQ(CountBins(bins), 1u);
  EXPECT_EQ(bins.sides[0].below, 1u);
  EXPECT_EQ(bins.sides[0].above, 2u);
  EXPECT_EQ(bins.sides[0].total, 10003u);
}

TEST(BinsTest, TheLastBucketHasABin) {
  Histogram a;
  a.AddBucket(Histogram::kBuckets - 1, 1);
  a.Add(5);
  const Bins bins = BinsOf({&a}, 2);
  EXPECT_LE(CountBins(bins), 2u);
  EXPECT_EQ(SumOf(bins.sides[0]) + bins.sides[0].above, 2u);
  EXPECT_GT(bins.segments.back().width, 0);
}

TEST(BinsTest, NothingGivesNothing) {
  const Histogram empty;
  const Bins bins = BinsOf({&empty, nullptr}, 80);
  EXPECT_TRUE(bins.segments.empty());
  EXPECT_EQ(bins.sides.size(), 2u);
}

}  // namespace
}  // namespace exitbench
