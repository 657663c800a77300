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
  EXPECT_EQ(FitTrace({10, 10}, 50000).events, 10u);
  EXPECT_EQ(FitTrace({10, 10}, 50001).events, 5u);
  EXPECT_EQ(FitTrace({10, 10}, 2e6).events, 2u);
  EXPECT_TRUE(FitTrace({10, 10}, 2e6).traceable);
  EXPECT_EQ(FitTrace({10, 10}, 2000001).events, 1u);
  EXPECT_TRUE(FitTrace({10, 10}, 4e6).traceable);
  EXPECT_EQ(FitTrace({10, 10}, 4000001).events, 1u);
  EXPECT_FALSE(FitTrace({10, 10}, 4000001).traceable);
}

TEST(PilotTest, AFewAreAlwaysMade) {
  EXPECT_EQ(Events(200, 8e6), 2u);
  EXPECT_EQ(Events(1000, 1e12), 2u);
  EXPECT_EQ(Events(1, 1e12), 1u);
  EXPECT_EQ(FitInstructions({200, 10}, 8e6).warmup, 0u);
}

}  // namespace
}  // namespace exitbench
