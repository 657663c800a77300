#include "results/compare/steps.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

std::vector<double> Runs(double centre) {
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) {
    runs.push_back(centre * (1 + 2e-4 * ((i * 7) % 15)));
  }
  return runs;
}

Side OneCase(const std::string& kernel, double centre) {
  Results r = MakeResults(kernel, kernel);
  AddCase("pio/out", Runs(centre), r);
  return MakeSide(r, kernel);
}

TEST(StepsTest, MarksTheSideThatStepped) {
  const Steps steps =
      FindSteps({OneCase("1", 1000), OneCase("2", 1000), OneCase("3", 1100),
                 OneCase("4", 1100), OneCase("5", 900)},
                {});
  ASSERT_EQ(steps.rows.size(), 1u);
  const std::vector<StepCell>& cells = steps.rows[0].cells;
  EXPECT_FALSE(IsChanged(cells[0].change));
  EXPECT_FALSE(IsChanged(cells[1].change));
  EXPECT_EQ(cells[2].change, Change::kWorse);
  EXPECT_EQ(cells[2].base, 0u);
  EXPECT_NEAR(cells[2].ratio, 1.1, 1e-3);
  EXPECT_FALSE(IsChanged(cells[3].change));
  EXPECT_EQ(cells[4].change, Change::kBetter);
  EXPECT_EQ(cells[4].base, 2u);
  EXPECT_EQ(steps.worse, 1u);
  EXPECT_EQ(steps.better, 1u);
}

TEST(StepsTest, ManySmallMovesAreNoticed) {
  // 0.8% each: no side is changed against the one before it.
  std::vector<Side> sides;
  double centre = 1000;
  for (int i = 0; i < 6; ++i, centre *= 1.008) {
    sides.push_back(OneCase(std::to_string(i), centre));
  }
  const Steps steps = FindSteps(sides, {});
  EXPECT_EQ(steps.rows[0].cells[3].change, Change::kWorse);
  EXPECT_EQ(steps.rows[0].cells[3].base, 0u);
  EXPECT_EQ(steps.worse, 1u);
}

// The one run of a side can't be told from the base; the next side's can.
TEST(StepsTest, AStepBelongsToTheSideAtWhichItHappened) {
  Results few = MakeResults("2", "2", 1, 1);
  AddCase("pio/out", {1101}, few);
  const Steps alone =
      FindSteps({OneCase("1", 1000), MakeSide(few, "2")}, {}, true);
  EXPECT_EQ(alone.rows[0].cells[1].change, Change::kUnsure);
  const Steps steps = FindSteps({OneCase("1", 1000), MakeSide(few, "2"),
                                 OneCase("3", 1100), OneCase("4", 1100)},
                                {}, /*find_unsure=*/true);
  const std::vector<StepCell>& cells = steps.rows[0].cells;
  EXPECT_EQ(cells[1].change, Change::kWorse);
  EXPECT_EQ(cells[1].base, 0u);
  EXPECT_NEAR(cells[1].ratio, 1.1, 2e-3);
  EXPECT_EQ(cells[2].base, 1u);
  EXPECT_FALSE(IsChanged(cells[2].change));
  EXPECT_FALSE(IsChanged(cells[3].change));
  EXPECT_EQ(steps.worse, 1u);
}

TEST(StepsTest, WhatLiesWithTheBaseIsNotBlamed) {
  Results few = MakeResults("2", "2", 1, 1);
  AddCase("pio/out", {1001}, few);
  const Steps steps = FindSteps(
      {OneCase("1", 1000), MakeSide(few, "2"), OneCase("3", 1100)}, {});
  EXPECT_FALSE(IsChanged(steps.rows[0].cells[1].change));
  EXPECT_EQ(steps.rows[0].cells[2].change, Change::kWorse);
  EXPECT_EQ(steps.rows[0].cells[2].base, 0u);
}

TEST(StepsTest, CasesMayBeMissingFailOrBeOthers) {
  Results none = MakeResults("2", "2");
  Results failed = MakeResults("3", "3");
  failed.cases.emplace_back().name = "pio/out";  // And no metrics.
  failed.cases[0].outcome = Outcome::kFailed;
  Results other = MakeResults("4", "4");
  AddCase("pio/out", Runs(2000), other).code_hash = "other";
  const Steps steps = FindSteps({OneCase("1", 1000), MakeSide(none, "2"),
                                 MakeSide(failed, "3"), MakeSide(other, "4")},
                                {});
  const std::vector<StepCell>& cells = steps.rows[0].cells;
  EXPECT_FALSE(cells[1].has_value);
  EXPECT_EQ(cells[1].outcome, Outcome::kUnspecified);
  EXPECT_EQ(cells[2].outcome, Outcome::kFailed);
  EXPECT_TRUE(cells[2].newly_failing);
  EXPECT_EQ(steps.newly_failing, 1u);
  EXPECT_EQ(cells[3].change, Change::kNotComparable);
  EXPECT_EQ(steps.worse, 0u);
  // Removed, and of another payload.
  EXPECT_EQ(steps.lost, 2u);
  EXPECT_TRUE(cells[1].lost);
  EXPECT_FALSE(cells[2].lost);
  EXPECT_TRUE(cells[3].lost);
}

// With two sides the counts are those of a diff.
TEST(StepsTest, CountsAsADiffOfTwo) {
  Results a = MakeResults("1", "1"), b = MakeResults("2", "2");
  const char* const names[] = {"ok", "skipped", "failed", "other", "gone"};
  for (const char* name : names) {
    CaseResult& x = AddCase(name, Runs(1000), a);
    AddMetric("gone", Runs(400), 3, x);
    AddMetric("unit", Runs(400), 3, x);
    if (name == names[4]) continue;
    CaseResult& y = AddCase(name, Runs(1100), b);
    AddMetric("unit", Runs(400), 3, y).unit = Unit::kMbPerS;
    AddMetric("new", Runs(400), 3, y);
  }
  b.cases[1].outcome = Outcome::kSkipped;
  b.cases[2].outcome = Outcome::kFailed;
  b.cases[3].code_hash = "another";
  AddCase("short", {1000, 1100}, a);
  AddCase("short", {1000, 1100}, b);
  const std::vector<Side> sides = {MakeSide(a, "1"), MakeSide(b, "2")};
  const DiffCounts n = CompareSides(sides[0], sides[1], {}).counts;
  const Steps steps = FindSteps(sides, {}, /*find_unsure=*/true);
  EXPECT_EQ(n.lost, 3u);
  EXPECT_EQ(n.lost_metrics, 2u);
  EXPECT_EQ(n.unsure, 1u);
  EXPECT_EQ(steps.lost, n.lost);
  EXPECT_EQ(steps.lost_metrics, n.lost_metrics);
  EXPECT_EQ(steps.unsure, n.unsure);
  EXPECT_EQ(steps.newly_failing, n.newly_failing);
  EXPECT_EQ(steps.worse, n.worse);
  EXPECT_EQ(FindSteps(sides, {}).unsure, 0u);
}

TEST(StepsTest, WhatIsLostIsLostOnce) {
  Results none = MakeResults("2", "2");
  Results skipped = MakeResults("3", "3");
  AddCase("pio/out", {}, skipped).outcome = Outcome::kSkipped;
  const Side ok = OneCase("1", 1000);
  EXPECT_EQ(FindSteps({ok, MakeSide(none, "2"), MakeSide(none, "2")}, {}).lost,
            1u);
  EXPECT_EQ(
      FindSteps({ok, MakeSide(skipped, "2"), MakeSide(skipped, "2")}, {}).lost,
      1u);
  // A case that comes back is not lost.
  EXPECT_EQ(FindSteps({MakeSide(skipped, "2"), ok, ok}, {}).lost, 0u);
}

TEST(StepsTest, WeakSidesAreWarnedOf) {
  Results quick = MakeResults("2", "2");
  for (Session& s : quick.sessions) s.quick = true;
  AddCase("pio/out", Runs(1000), quick);
  const Side ok = OneCase("1", 1000);
  const std::vector<std::string> warnings =
      FindSteps({ok, ok, MakeSide(quick, "2")}, {}).warnings;
  EXPECT_EQ(warnings[0],
            "[3] has only --quick sessions, too short to show a change");
}

TEST(StepsTest, UnlikeSidesAreRefused) {
  Results other = MakeResults("2", "2");
  other.host.kvm_backend = "kvm_intel";
  const std::vector<Side> sides = {OneCase("1", 1000), OneCase("3", 1000),
                                   MakeSide(other, "2")};
  EXPECT_TRUE(FindSteps(sides, {}).refused);
  DiffOptions options;
  options.force = true;
  EXPECT_FALSE(FindSteps(sides, options).refused);
  EXPECT_TRUE(FindSteps(sides, options).forced);
}

}  // namespace
}  // namespace exitbench
