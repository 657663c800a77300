#include "harness/plan/budget.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "harness/settings/event_counts.h"

namespace exitbench {
namespace {

const BudgetPlan kWanted = {3, 5, 10000};
const std::vector<CaseCost> kCosts = {{0.01, 1e-5}, {0.01, 2e-5}};

TEST(Budget, CutsNothingThatFits) {
  const BudgetPlan plan = FitBudget(kCosts, 0.1, kWanted, 1000);
  EXPECT_EQ(DescribeCut(kWanted, plan), "");
}

TEST(Budget, CutsExitsFirst) {
  const BudgetPlan plan = FitBudget(kCosts, 0.1, kWanted, 3);
  EXPECT_EQ(plan.sessions, 3u);
  EXPECT_EQ(plan.rounds, 5u);
  EXPECT_LT(plan.exits, 10000u);
  EXPECT_GE(plan.exits, kLeastExits);
  EXPECT_LE(PlannedSeconds(kCosts, 0.1, plan), 3);
  // One more exit would not have fitted.
  EXPECT_GT(PlannedSeconds(kCosts, 0.1, {3, 5, plan.exits + 1}), 3);
}

TEST(Budget, ThenRoundsThenSessions) {
  const BudgetPlan fewer_rounds = FitBudget(kCosts, 0.1, kWanted, 0.6);
  EXPECT_EQ(fewer_rounds.sessions, 3u);
  EXPECT_LT(fewer_rounds.rounds, 5u);
  const BudgetPlan fewer_sessions = FitBudget(kCosts, 0.1, kWanted, 0.2);
  EXPECT_LT(fewer_sessions.sessions, 3u);
  EXPECT_LE(PlannedSeconds(kCosts, 0.1, fewer_sessions), 0.2);
}

TEST(Budget, GivesTheLeastThereIsWhereNothingFits) {
  const BudgetPlan plan = FitBudget(kCosts, 0.1, kWanted, 0);
  EXPECT_EQ(plan.sessions, 1u);
  EXPECT_EQ(plan.rounds, 1u);
  EXPECT_EQ(plan.exits, kFewestExits);
}

TEST(Budget, CostFromPilotsFindsBothParts) {
  // 0.02 s, and 1 us for each exit, a quarter of them to warm up. The control
  // has 2 events for each exit, and each takes a twentieth of 1 us.
  const CaseCost cost = CostFromPilots(400, 0.02 + 540e-6, 800, 0.02 + 1080e-6);
  EXPECT_NEAR(cost.fixed_s, 0.02, 1e-9);
  EXPECT_NEAR(cost.per_exit_s, 1e-6, 1e-12);
}

// What a run of `exits` takes if an event of the control takes `control_part`
// of an exit.
double RunSeconds(uint32_t exits, double control_part) {
  const uint32_t batch = std::min(exits, 1024u);
  return 0.02 + 10e-6 * (exits + UsualWarmupEvents(exits, kMostWarmupEvents) +
                         control_part * (batch + ControlEvents(exits, batch)));
}

TEST(Budget, PilotsForetellLongerRuns) {
  // From what exits take on hardware to what they take under an emulator.
  for (double control_part : {0.0, 0.05, 0.2}) {
    const CaseCost cost = CostFromPilots(20, RunSeconds(20, control_part), 100,
                                         RunSeconds(100, control_part));
    for (uint32_t exits : {500u, 2000u, 10000u}) {
      const double foretold = PlannedSeconds({cost}, 0, {1, 1, exits});
      const double takes = RunSeconds(exits, control_part);
      EXPECT_GT(foretold, 0.9 * takes) << control_part << " " << exits;
      EXPECT_LT(foretold, 1.25 * takes) << control_part << " " << exits;
    }
  }
}

TEST(EventCounts, WarmUpIsAPartOfShortRunsAndBoundedForLongOnes) {
  EXPECT_EQ(UsualWarmupEvents(4, kMostWarmupEvents), 4u);
  EXPECT_EQ(UsualWarmupEvents(20, kMostWarmupEvents), 10u);
  EXPECT_EQ(UsualWarmupEvents(100, kMostWarmupEvents), 25u);
  EXPECT_EQ(UsualWarmupEvents(10000, kMostWarmupEvents), 1000u);
}

TEST(EventCounts, TwinsAreWholeBatches) {
  EXPECT_EQ(ControlEvents(20, 20), 20u);
  EXPECT_EQ(ControlEvents(400, 10), 250u);
  EXPECT_EQ(ControlEvents(2000, 1024), 1024u);
  EXPECT_EQ(ControlEvents(10000, 1024), 2500u);
}

}  // namespace
}  // namespace exitbench
