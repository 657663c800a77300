#include "results/stats/modes.h"

#include "gtest/gtest.h"

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

}  // namespace
}  // namespace exitbench
