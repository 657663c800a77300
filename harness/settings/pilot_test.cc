#include "harness/settings/pilot.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

uint32_t Events(uint32_t wanted, double event_ticks) {
  return FitInstructions({wanted, 10}, event_ticks).events;
}

TEST(PilotTest, WhatIsCheapIsLeftAlone) {
  EXPECT_EQ(Events(10000, 2000), 10000u);
  EXPECT_EQ(Events(200, 0), 200u);
  EXPECT_EQ(FitInstructions({200, 10}, 1000).warmup, 10u);
}

TEST(PilotTest, WhatIsDearIsHalvedUntilItFits) {
  EXPECT_EQ(Events(10000, 2001), 5000u);
  EXPECT_EQ(Events(100, 2.1e6), 6u);
  // Nearly the same counts give the same number of events.
  EXPECT_EQ(Events(100, 2.2e6), 6u);
  EXPECT_EQ(FitInstructions({100, 25}, 1e6).warmup, 5u);
  EXPECT_EQ(FitInstructions({20, 10}, 3e6).warmup, 1u);
}

TEST(PilotTest, LessFitsIntoATrace) {
  EXPECT_EQ(FitInstructions({16, 10}, 31250, 5e5).events, 16u);
  EXPECT_EQ(FitInstructions({16, 10}, 31251, 5e5).events, 8u);
  EXPECT_EQ(FitInstructions({16, 10}, 3e6, 5e5).events, 2u);
}

TEST(PilotTest, AFewAreAlwaysMade) {
  EXPECT_EQ(Events(200, 8e6), 2u);
  EXPECT_EQ(Events(1000, 1e12), 2u);
  EXPECT_EQ(Events(1, 1e12), 1u);
  EXPECT_EQ(FitInstructions({200, 10}, 8e6).warmup, 0u);
}

}  // namespace
}  // namespace exitbench
