#include "harness/plan/budget.h"

#include <algorithm>

#include "gtest/gtest.h"
#include "harness/settings/event_counts.h"

namespace exitbench {
namespace {

CaseWish Wish(double fixed_s, double per_exit_s, uint32_t runs = 15) {
  return {.cost = {fixed_s, per_exit_s},
          .most_exits = 10000,
          .most_runs = runs,
          .least_runs = 1};
}

const std::vector<CaseWish> kWishes = {Wish(0.01, 1e-5), Wish(0.01, 1e-3)};

TEST(Budget, CutsNothingThatFits) {
  for (const CasePlan& plan : FitCases(kWishes, 1000)) {
    EXPECT_EQ(plan.exits, 10000u);
    EXPECT_EQ(plan.runs, 15u);
  }
}

TEST(Budget, CutsTheEventsOfTheDearCase) {
  const std::vector<CasePlan> plans = FitCases(kWishes, 20);
  EXPECT_EQ(plans[0].exits, 10000u);
  EXPECT_EQ(plans[0].runs, 15u);
  EXPECT_EQ(plans[1].runs, 15u);
  EXPECT_LE(PlannedSeconds(kWishes, plans), 20);
  // A tenth more exits would not have fitted.
  EXPECT_GT(PlannedSeconds(kWishes, {plans[0], {plans[1].exits * 11 / 10, 15}}),
            20);
}

TEST(Budget, RunsThatAreCutTakeTheSameTime) {
  const std::vector<CaseWish> wishes = {Wish(0.01, 1e-4), Wish(0.01, 1e-3),
                                        Wish(0.05, 2e-3)};
  const std::vector<CasePlan> plans = FitCases(wishes, 15 * 1.5);
  for (size_t i = 0; i < wishes.size(); ++i) {
    EXPECT_NEAR(RunSeconds(wishes[i].cost, plans[i].exits), 0.5, 0.06) << i;
    EXPECT_EQ(plans[i].runs, 15u) << i;
  }
}

// 500 exits of 10 us are half of what the run takes without any.
TEST(Budget, ExitsThatHardlyTakeTimeAreNotCut) {
  const std::vector<CaseWish> wishes = {Wish(0.1, 1e-5), Wish(0.01, 1e-2)};
  const std::vector<CasePlan> plans = FitCases(wishes, 15 * 0.6);
  EXPECT_GE(plans[0].exits, kCheapExits);
}

// Also where there is no time for all runs.
TEST(Budget, ExitsThatHardlyTakeTimeOutlastRuns) {
  const std::vector<CaseWish> wishes = {Wish(1, 1e-5), Wish(1, 1e-2)};
  const std::vector<CasePlan> plans = FitCases(wishes, 20);
  EXPECT_LT(plans[0].runs, 15u);
  EXPECT_GE(plans[0].exits, kCheapExits);
  EXPECT_LT(plans[1].exits, 30u);
}

TEST(Budget, CutsTheRunsOfTheDearCase) {
  // A run of 20 events, with warm-up and control, takes 0.3 s and 32 s.
  const std::vector<CaseWish> wishes = {Wish(0.3, 1e-6), Wish(0, 1)};
  const std::vector<CasePlan> plans = FitCases(wishes, 150);
  EXPECT_EQ(plans[0].runs, 15u);
  EXPECT_GE(plans[1].exits, kFewestExits);
  EXPECT_LT(plans[1].exits, 30u);
  EXPECT_EQ(plans[1].runs, 4u);
  EXPECT_LE(PlannedSeconds(wishes, plans), 150);
}

// What a case has had counts: it does not get a second share.
TEST(Budget, RunsAreCutByTheWholeTimeOfACase) {
  std::vector<CaseWish> wishes = {Wish(1, 0), Wish(1, 0)};
  wishes[0].spent_s = 6;
  wishes[0].least_runs = 0;
  const std::vector<CasePlan> plans = FitCases(wishes, 10);
  EXPECT_EQ(plans[0].runs, 2u);
  EXPECT_EQ(plans[1].runs, 8u);
}

TEST(Budget, GivesTheLeastThereIsWhereNothingFits) {
  const std::vector<CasePlan> plans = FitCases(kWishes, 0);
  EXPECT_EQ(plans[0].runs, 1u);
  EXPECT_EQ(plans[0].exits, 100u);  // They take a tenth of 0.01 s.
  EXPECT_EQ(plans[1].runs, 1u);
  EXPECT_EQ(plans[1].exits, kFewestExits);
  std::vector<CaseWish> few = {Wish(1, 1)};
  few[0].most_exits = 10;
  EXPECT_EQ(FitCases(few, 0)[0].exits, 10u);
}

TEST(Budget, CostFromPilotsFindsBothParts) {
  // 0.02 s, and 1 us for each exit, a quarter of them to warm up. The control
  // has 2 events for each exit, and each takes a twentieth of 1 us.
  const CaseCost cost = CostFromPilots(400, 0.02 + 540e-6, 800, 0.02 + 1080e-6);
  EXPECT_NEAR(cost.fixed_s, 0.02, 1e-9);
  EXPECT_NEAR(cost.per_exit_s, 1e-6, 1e-12);
}

TEST(Budget, CostFromOneRunSplitsItsTime) {
  const CaseCost all = CostFromOneRun(400, 540e-6, 1);
  EXPECT_EQ(all.fixed_s, 0);
  EXPECT_NEAR(all.per_exit_s, 1e-6, 1e-12);
  const CaseCost cost = CostFromOneRun(400, 540e-6, 0.25);
  EXPECT_NEAR(cost.fixed_s, 405e-6, 1e-12);
  EXPECT_NEAR(cost.per_exit_s, 0.25e-6, 1e-12);
  EXPECT_NEAR(RunSeconds(cost, 400), 540e-6, 1e-12);
}

// What a run of `exits` takes if an event of the control takes `control_part`
// of an exit.
double TrueSeconds(uint32_t exits, double control_part) {
  const uint32_t batch = std::min(exits, 1024u);
  return 0.02 + 10e-6 * (exits + UsualWarmupEvents(exits, kMostWarmupEvents) +
                         control_part * (batch + ControlEvents(exits, batch)));
}

TEST(Budget, PilotsForetellLongerRuns) {
  // From what exits take on hardware to what they take under an emulator.
  for (double control_part : {0.0, 0.05, 0.2}) {
    const CaseCost cost = CostFromPilots(20, TrueSeconds(20, control_part), 100,
                                         TrueSeconds(100, control_part));
    for (uint32_t exits : {500u, 2000u, 10000u}) {
      const double foretold = RunSeconds(cost, exits);
      const double takes = TrueSeconds(exits, control_part);
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
