#include "results/stats/modes.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "results/stats/histogram.h"

namespace exitbench {
namespace {

TEST(Modes, TwoPlacesAreFound) {
  const auto modes = FindTwoModes({100, 201, 101, 200, 99});
  ASSERT_TRUE(modes.has_value());
  EXPECT_EQ(modes->low.value, 100);
  EXPECT_EQ(modes->low.runs, 3u);
  EXPECT_EQ(modes->high.value, 200.5);
  EXPECT_EQ(modes->high.runs, 2u);
}

TEST(Modes, TwoRunsMayLieApart) {
  const auto modes = FindTwoModes({6113000, 262000});
  ASSERT_TRUE(modes.has_value());
  EXPECT_EQ(modes->low.value, 262000);
  EXPECT_EQ(modes->high.value, 6113000);
  EXPECT_FALSE(FindTwoModes({100, 104}).has_value());
}

TEST(Modes, NoiseAndOutliersAreNone) {
  EXPECT_FALSE(FindTwoModes({}).has_value());
  EXPECT_FALSE(FindTwoModes({100}).has_value());
  EXPECT_FALSE(FindTwoModes({100, 100, 100}).has_value());
  EXPECT_FALSE(FindTwoModes({100, 101, 102, 103, 200}).has_value());
  EXPECT_FALSE(FindTwoModes({100, 110, 120, 135, 150, 165}).has_value());
  EXPECT_FALSE(FindTwoModes({0, 0, 100, 100}).has_value());
}

TEST(Modes, TheMiddleOfSamplesMayBeSplit) {
  Histogram samples;
  for (int i = 0; i < 600; ++i) samples.Add(1000 + i % 3);
  for (int i = 0; i < 395; ++i) samples.Add(2000 + i % 3);
  for (int i = 0; i < 5; ++i) samples.Add(1500);
  const auto split = FindSplitMiddle(samples, 1);
  ASSERT_TRUE(split.has_value());
  // Within a bucket.
  EXPECT_NEAR(split->low, 1001, 8);
  EXPECT_NEAR(split->high, 2001, 16);
  EXPECT_NEAR(split->low_share, .6, .006);
  EXPECT_TRUE(FindSplitMiddle(samples, 240).has_value());
  EXPECT_FALSE(FindSplitMiddle(samples, 260).has_value());
}

TEST(Modes, AWideOrOneSidedMiddleIsNotSplit) {
  EXPECT_FALSE(FindSplitMiddle(Histogram(), 1).has_value());
  Histogram wide, tail, one;
  for (uint64_t i = 0; i < 1000; ++i) {
    wide.Add(1000 + i);
    // An interquartile mean does not follow a fifth of the samples.
    tail.Add(i < 800 ? 1000 : 2000);
    one.Add(1000);
  }
  Histogram few, most;
  for (int i = 0; i < 98; ++i) few.Add(i % 2 == 0 ? 1000 : 2000);
  for (int i = 0; i < 100; ++i) most.Add(i < 72 ? 1000 : 2000);
  EXPECT_FALSE(FindSplitMiddle(few, 1).has_value());
  EXPECT_FALSE(FindSplitMiddle(most, 1).has_value());
  most.AddBucket(Histogram::Index(2000), 10);
  EXPECT_TRUE(FindSplitMiddle(most, 1).has_value());
  EXPECT_FALSE(FindSplitMiddle(wide, 1).has_value());
  EXPECT_FALSE(FindSplitMiddle(tail, 1).has_value());
  EXPECT_FALSE(FindSplitMiddle(one, 1).has_value());
}

}  // namespace
}  // namespace exitbench
