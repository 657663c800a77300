#include "results/boots/group_spread.h"

#include <cmath>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

// Groups with centres at `centres`. The runs of each are 0, 1, ... 4 steps of
// `step` apart.
Groups GroupsAt(const std::vector<double>& centres, double step) {
  Groups groups;
  for (uint32_t i = 0; i < centres.size(); ++i) {
    for (int run = -2; run <= 2; ++run) {
      groups[i].push_back(centres[i] + step * run);
    }
  }
  return groups;
}

TEST(GroupSpreadTest, LogsAreByGroup) {
  Series series;
  series.values = {1, std::exp(1.), std::exp(2.)};
  EXPECT_EQ(GroupLogs(series, {7, 3, 7}),
            (Groups{{3, {std::log(std::exp(1.))}}, {7, {0, 2}}}));
  for (double bad : {0., -1., 5e-324, 1e308, double{NAN}, double{INFINITY}}) {
    series.values[1] = bad;
    EXPECT_TRUE(GroupLogs(series, {0, 0, 0}).empty()) << bad;
  }
}

TEST(GroupSpreadTest, RunsAreComparedWithinTheirGroupOnly) {
  // Of the ten distances 4, 3, 2 and 1 steps are 1, 2, 3 and 4.
  const double step = 2 / 2 * .01;
  EXPECT_NEAR(RunDeviation({GroupsAt({0, 5}, step), GroupsAt({9}, step)}),
              2 * step / .9539, 1e-12);
  EXPECT_EQ(RunDeviation({{{0, {1}}, {1, {2}}}}), 0);
}

TEST(GroupSpreadTest, TwoOfFiveRunsMayBeDisturbed) {
  Groups groups = GroupsAt({0, 0, 0}, .001);
  groups[1][0] = .2;
  groups[1][3] = .1;
  const GroupSpread spread = SpreadOf({groups});
  EXPECT_LT(spread.square, 2e-6);
  EXPECT_LT(RunDeviation({groups}), .003);
}

TEST(GroupSpreadTest, SetsHaveMiddlesOfTheirOwn) {
  const GroupSpread spread =
      SpreadOf({GroupsAt({-1, 0, 1}, .01), GroupsAt({8, 10}, .01),
                GroupsAt({100}, .01)});
  // Squares of 2 and 2, of two and one degrees of freedom.
  EXPECT_NEAR(spread.square, 4. / 3, 1e-12);
  EXPECT_EQ(spread.freedom, 3);
  const double deviation = .02 / .9539;
  EXPECT_NEAR(spread.of_runs, CentreVariance(deviation, 5), 1e-12);
  EXPECT_NEAR(CentreVariance(deviation, 5), 1.436 * deviation * deviation / 5,
              1e-7);
  EXPECT_EQ(CentreVariance(.01, 2), .5e-4);
  EXPECT_EQ(SpreadOf({GroupsAt({3}, .01)}).freedom, 0);
}

TEST(GroupSpreadTest, TheTypicalSigmaIsThatOfMostCases) {
  // .6 of chi-square with four degrees of freedom lies below 1.011, per degree.
  std::vector<std::vector<GroupSpread>> cases(10, {{1.011e-4, 0, 4}});
  EXPECT_NEAR(TypicalSigma(cases, 0), .01, 1e-4);
  // A few that differ much do not matter.
  for (size_t i = 0; i < 4; ++i) cases[i][0].square = 9;
  EXPECT_NEAR(TypicalSigma(cases, 0), .01, 1e-4);
  for (auto& metrics : cases) metrics[0].of_runs = .75e-4;
  EXPECT_NEAR(TypicalSigma(cases, 0), .005, 1e-4);
  for (auto& metrics : cases) metrics[0].of_runs = 1.1e-4;
  EXPECT_EQ(TypicalSigma(cases, 0), 0);
  EXPECT_EQ(TypicalSigma({}, 1), 0);
}

TEST(GroupSpreadTest, CasesCountAlikeHoweverManyMetricsTheyHave) {
  const GroupSpread small{1e-6, 0, 4}, large{1e-2, 0, 4};
  const double with_few = TypicalSigma({{small}, {small}, {large}}, 0);
  EXPECT_LT(with_few, .003);
  EXPECT_EQ(TypicalSigma({{small}, {small}, {large, large, large}}, 0),
            with_few);
}

TEST(GroupSpreadTest, CautionIsForFewCases) {
  const std::vector<GroupSpread> metrics = {{1e-4, 0, 4}};
  const double best = TypicalSigma({100, metrics}, 0);
  EXPECT_EQ(TypicalSigma({4, metrics}, 0), best);
  EXPECT_NEAR(TypicalSigma({100, metrics}, 1), 1.046 * best, .005 * best);
  EXPECT_NEAR(TypicalSigma({4, metrics}, 1), 1.30 * best, .05 * best);
}

TEST(GroupSpreadTest, ACaseHasTheTypicalSigmaOrMore) {
  EXPECT_EQ(SigmaOf({1e-4, 0, 4}, .02), .02);
  EXPECT_NEAR(SigmaOf({1e-4, 0, 4}, .003), .01, 1e-12);
  // 2.4 times what the runs make of it is chance one time in twenty.
  EXPECT_EQ(SigmaOf({2.3e-4, 1e-4, 4}, 0), 0);
  EXPECT_NEAR(SigmaOf({3.36e-4, 1e-4, 4}, 0), .01, 1e-3);
}

}  // namespace
}  // namespace exitbench
