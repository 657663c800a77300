#include "harness/live/window_sums.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(WindowSums, NoneIsNothing) {
  const WindowSums sums(1);
  EXPECT_EQ(sums.windows(), 0u);
  EXPECT_EQ(sums.open_ns(), 0);
  EXPECT_EQ(sums.Count(0), 0);
  EXPECT_EQ(sums.Variance(0), 0);
}

TEST(WindowSums, OneHasTheVarianceOfIndependentEvents) {
  WindowSums sums(2);
  sums.Add(1e6, {100, 0});
  EXPECT_EQ(sums.Variance(0), 100);
  EXPECT_EQ(sums.Variance(1), 0);
}

// 3 of 10, 14 and 12: a mean of 12, squares of 8, a variance of 4 each.
TEST(WindowSums, SeveralOfOneLength) {
  WindowSums sums(2);
  sums.Add(1e6, {10, 5});
  sums.Add(1e6, {14, 5});
  sums.Add(1e6, {12, 5});
  EXPECT_EQ(sums.windows(), 3u);
  EXPECT_EQ(sums.open_ns(), 3e6);
  EXPECT_EQ(sums.Count(0), 36);
  EXPECT_NEAR(sums.Variance(0), 3 * 4, 1e-9);
  EXPECT_EQ(sums.Count(1), 15);
  EXPECT_NEAR(sums.Variance(1), 0, 1e-9);
}

// What is as frequent in a long window as in a short one does not vary.
TEST(WindowSums, LongerWindowsMayCountMore) {
  WindowSums sums(1);
  sums.Add(1e6, {100});
  sums.Add(3e6, {300});
  EXPECT_NEAR(sums.Variance(0), 0, 1e-6);
  sums.Add(2e6, {230});
  // The rate is 105 per ms: 5, 15 and 20 from it.
  EXPECT_NEAR(sums.Variance(0), (25 + 225 + 400) * 3.0 / 2, 1e-6);
}

}  // namespace
}  // namespace exitbench
