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

}  // namespace
}  // namespace exitbench
