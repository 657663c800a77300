#include "results/compare/baseline.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

std::vector<double> Runs(double centre) {
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) runs.push_back(centre * (1 + 1e-4 * i));
  return runs;
}

// One kernel with a setting, and a case that costs `centre`.
Results Polling(const std::string& ns, double centre) {
  Results r = MakeResults("6.1", "boot " + ns);
  r.host.facts = {{"module.kvm.halt_poll_ns", ns}};
  AddCase("exit/hlt", Runs(centre), r);
  return r;
}

std::vector<Side> Sides(const std::vector<Results>& all) {
  std::vector<Side> sides;
  for (const Results& r : all) {
    sides.push_back(
        MakeSide(r, std::string(1, static_cast<char>('a' + sides.size()))));
  }
  return sides;
}

TEST(BaselineTest, EachSideIsComparedWithTheFirst) {
  // The last equals its neighbour, but not the baseline.
  const std::vector<Side> sides =
      Sides({Polling("0", 1000), Polling("1", 900), Polling("2", 1100),
             Polling("3", 1100)});
  const Steps steps = CompareWithFirst(sides, {});
  EXPECT_TRUE(steps.against_first);
  ASSERT_EQ(steps.rows.size(), 1u);
  const std::vector<StepCell>& cells = steps.rows[0].cells;
  EXPECT_FALSE(cells[0].compared);
  EXPECT_EQ(cells[1].change, Change::kBetter);
  EXPECT_EQ(cells[2].change, Change::kWorse);
  EXPECT_EQ(cells[3].change, Change::kWorse);
  EXPECT_NEAR(cells[1].ratio, .9, 1e-3);
  EXPECT_NEAR(cells[3].ratio, 1.1, 1e-3);
  EXPECT_EQ(cells[3].base, 0u);
  EXPECT_EQ(steps.worse, 2u);
  EXPECT_EQ(steps.better, 1u);
  // A history has one step there.
  EXPECT_EQ(FindSteps(sides, {}).worse, 1u);
}

TEST(BaselineTest, SameAndUnsureAreTold) {
  Results few = Polling("2", 1000);
  few.cases[0].runs.resize(1);
  few.cases[0].metrics[0].runs.resize(1);
  const Steps steps = CompareWithFirst(
      Sides({Polling("0", 1000), Polling("1", 1000), few}), {});
  EXPECT_EQ(steps.rows[0].cells[1].change, Change::kSame);
  EXPECT_TRUE(steps.rows[0].cells[1].compared);
  EXPECT_EQ(steps.rows[0].cells[2].change, Change::kUnsure);
  EXPECT_TRUE(steps.has_unsure);
  EXPECT_EQ(steps.unsure, 1u);
  EXPECT_EQ(steps.worse + steps.better, 0u);
}

TEST(BaselineTest, FailuresAndLossesAreAgainstTheFirst) {
  Results failing = Polling("1", 1000), skipped = Polling("2", 1000),
          gone = Polling("3", 1000), other = Polling("4", 1000);
  failing.cases[0].outcome = Outcome::kFailed;
  skipped.cases[0].outcome = Outcome::kSkipped;
  gone.cases.clear();
  other.cases[0].code_hash = "another";
  const Steps steps = CompareWithFirst(
      Sides({Polling("0", 1000), failing, failing, skipped, gone, other}), {});
  const std::vector<StepCell>& cells = steps.rows[0].cells;
  EXPECT_TRUE(cells[1].newly_failing);
  EXPECT_TRUE(cells[2].newly_failing);
  EXPECT_EQ(steps.newly_failing, 2u);
  for (size_t i : {3u, 4u, 5u}) EXPECT_TRUE(cells[i].lost) << i;
  EXPECT_EQ(steps.lost, 3u);
  EXPECT_EQ(cells[5].change, Change::kNotComparable);
  for (const StepCell& cell : cells) EXPECT_FALSE(cell.compared);
}

TEST(BaselineTest, WhatTheFirstLacksHasNoVerdict) {
  Results more = Polling("1", 1000);
  AddMetric("exit_leg", Runs(400), 3, more.cases[0]);
  AddCase("pio/out", Runs(700), more);
  const Steps steps =
      CompareWithFirst(Sides({Polling("0", 1000), more, more}), {});
  ASSERT_EQ(steps.rows.size(), 3u);
  EXPECT_EQ(steps.rows[1].metric, "exit_leg");
  EXPECT_EQ(steps.rows[2].case_name, "pio/out");
  for (size_t row : {1u, 2u}) {
    for (const StepCell& cell : steps.rows[row].cells) {
      EXPECT_FALSE(cell.compared);
      EXPECT_EQ(cell.change, Change::kSame);
    }
    EXPECT_TRUE(steps.rows[row].cells[2].has_value);
  }
  EXPECT_EQ(steps.lost + steps.lost_metrics + steps.worse, 0u);
}

TEST(BaselineTest, MetricsThatAreGoneAreLost) {
  Results more = Polling("0", 1000);
  AddMetric("exit_leg", Runs(400), 3, more.cases[0]);
  const Steps steps = CompareWithFirst(
      Sides({more, Polling("1", 1000), Polling("2", 1000)}), {});
  EXPECT_EQ(steps.lost_metrics, 2u);
  EXPECT_TRUE(steps.rows[1].cells[1].lost);
  EXPECT_FALSE(steps.rows[0].cells[1].lost);
}

TEST(BaselineTest, UnlikeHostsAreRefused) {
  Results other = Polling("2", 1000);
  other.host.cpu_model = "Another";
  const std::vector<Side> sides =
      Sides({Polling("0", 1000), Polling("1", 1000), other});
  const Steps refused = CompareWithFirst(sides, {});
  EXPECT_TRUE(refused.refused);
  EXPECT_TRUE(refused.rows.empty());
  DiffOptions options;
  options.force = true;
  const Steps forced = CompareWithFirst(sides, options);
  EXPECT_TRUE(forced.forced);
  EXPECT_EQ(forced.rows.size(), 1u);
}

TEST(BaselineTest, ASweepIsOneKernelAndOneSetting) {
  const Sweep sweep = FindSweep(
      Sides({Polling("0", 1), Polling("200000", 1), Polling("50000", 1)}));
  EXPECT_TRUE(sweep.is_sweep);
  EXPECT_EQ(sweep.baseline, 1u);  // The kernel's default.
  const Sweep unknown =
      FindSweep(Sides({Polling("7", 1), Polling("8", 1), Polling("9", 1)}));
  EXPECT_TRUE(unknown.is_sweep);
  EXPECT_EQ(unknown.baseline, 0u);
  EXPECT_NE(unknown.why.find("the first given"), std::string::npos);
  EXPECT_NE(sweep.why.find("kvm.halt_poll_ns"), std::string::npos);

  EXPECT_FALSE(FindSweep(Sides({Polling("0", 1), Polling("1", 1)})).is_sweep);
  Results kernel = Polling("2", 1), build = Polling("2", 1),
          second = Polling("2", 1);
  kernel.host.kernel_release = "7.2";
  build.host.kernel_version = "#2 SMP";
  second.host.facts.push_back({"module.kvm.second", "1"});
  Results first = Polling("0", 1);
  first.host.facts.push_back({"module.kvm.second", "0"});
  EXPECT_FALSE(
      FindSweep(Sides({Polling("0", 1), Polling("1", 1), kernel})).is_sweep);
  EXPECT_FALSE(
      FindSweep(Sides({Polling("0", 1), Polling("1", 1), build})).is_sweep);
  EXPECT_FALSE(FindSweep(Sides({first, second, second})).is_sweep);
  EXPECT_FALSE(
      FindSweep(Sides({Polling("0", 1), Polling("0", 1), Polling("0", 1)}))
          .is_sweep);
}

// What the command line leaves alone is the kernel's default.
TEST(BaselineTest, TheDefaultOfAnyParameter) {
  const auto with = [](const std::string& words, const std::string& value) {
    Results r = MakeResults("6.1", "a");
    r.host.facts = {{"kernel.cmdline", "panic=-1" + words},
                    {"module.kvm.some", value}};
    return r;
  };
  EXPECT_EQ(FindSweep(Sides({with(" kvm.some=1", "1"), with(" kvm.some=3", "3"),
                             with("", "2")}))
                .baseline,
            2u);
  EXPECT_EQ(FindSweep(Sides({with(" nosmt=force", "1"), with(" nosmt", "1"),
                             with("", "1")}))
                .baseline,
            2u);
}

TEST(BaselineTest, TheBaselineMovesToTheFront) {
  std::vector<Side> sides =
      Sides({Polling("0", 1), Polling("1", 1), Polling("2", 1)});
  MoveToFront(2, sides);
  EXPECT_EQ(sides[0].label, "c");
  EXPECT_EQ(sides[1].label, "a");
  EXPECT_EQ(sides[2].label, "b");
}

}  // namespace
}  // namespace exitbench
