#include "harness/budget.h"

#include "gtest/gtest.h"

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
  // 0.02 s, and 1 us for each exit made: 2.25 a wanted one below the warm-up.
  const CaseCost cost = CostFromPilots(100, 0.02 + 225e-6, 400, 0.02 + 900e-6);
  EXPECT_NEAR(cost.fixed_s, 0.02, 1e-9);
  EXPECT_NEAR(cost.per_exit_s, 1e-6, 1e-12);
}

}  // namespace
}  // namespace exitbench
