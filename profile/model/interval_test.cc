#include "profile/model/interval.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

void ExpectInterval(double hits, double samples, double low, double high) {
  const Interval i = ShareInterval(hits, samples);
  EXPECT_NEAR(i.low, low, 5e-5) << hits << " of " << samples;
  EXPECT_NEAR(i.high, high, 5e-5) << hits << " of " << samples;
}

// Computed apart from the code, by Wilson's formula.
TEST(ShareInterval, IsThatOfWilson) {
  ExpectInterval(0, 10, 0, 0.2775);
  ExpectInterval(1, 10, 0.0179, 0.4042);
  ExpectInterval(5, 10, 0.2366, 0.7634);
  ExpectInterval(10, 10, 0.7225, 1);
  ExpectInterval(400, 20000, 0.01815, 0.02204);
}

TEST(ShareInterval, WithoutSamplesNothingIsKnown) {
  EXPECT_EQ(ShareInterval(0, 0).low, 0);
  EXPECT_EQ(ShareInterval(0, 0).high, 1);
}

TEST(ShareInterval, MoreHitsThanSamplesIsNoMoreThanAll) {
  EXPECT_DOUBLE_EQ(ShareInterval(20, 10).high, 1);
  EXPECT_EQ(ShareInterval(20, 10).low, ShareInterval(10, 10).low);
}

// The examples of Newcombe's table II.
TEST(DifferenceInterval, IsThatOfNewcombe) {
  const auto expect = [](double a, double m, double b, double n, double low,
                         double high) {
    const Interval i = DifferenceInterval(a, m, b, n);
    EXPECT_NEAR(i.low, low, .00005);
    EXPECT_NEAR(i.high, high, .00005);
  };
  expect(56, 70, 48, 80, .0524, .3339);
  expect(9, 10, 3, 10, .1705, .8090);
  expect(6, 7, 2, 7, .0582, .8062);
  expect(5, 56, 0, 29, -.0381, .1926);
}

TEST(SharesDiffer, IsTheSameFromBothSides) {
  EXPECT_TRUE(SharesDiffer(56, 70, 48, 80, kTwoSided95));
  EXPECT_TRUE(SharesDiffer(48, 80, 56, 70, kTwoSided95));
  EXPECT_FALSE(SharesDiffer(56, 70, 48, 80, 3));
  EXPECT_FALSE(SharesDiffer(5, 56, 0, 29, kTwoSided95));
  EXPECT_FALSE(SharesDiffer(5, 56, 0, 0, kTwoSided95));
}

// 2,000 of 100,000 are twice 1,000, give or take 4%.
TEST(SharesDiffer, OnlyByMoreThanTheFactor) {
  EXPECT_TRUE(SharesDiffer(2000, 100000, 1000, 100000, kTwoSided95, 1.8));
  EXPECT_FALSE(SharesDiffer(2000, 100000, 1000, 100000, kTwoSided95, 1.9));
  EXPECT_FALSE(SharesDiffer(1000, 100000, 2000, 100000, kTwoSided95, 2.2));
}

}  // namespace
}  // namespace exitbench
