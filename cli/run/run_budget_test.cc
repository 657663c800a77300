#include "cli/run/run_budget.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(RunBudget, TimesForPeople) {
  EXPECT_EQ(AboutTime(absl::Milliseconds(200)), "1 s");
  EXPECT_EQ(AboutTime(absl::Seconds(45)), "45 s");
  EXPECT_EQ(AboutTime(absl::Seconds(577)), "9 min 40 s");
  EXPECT_EQ(AboutTime(absl::Minutes(10)), "10 min");
  EXPECT_EQ(AboutTime(absl::Minutes(153) + absl::Seconds(20)), "2 h 33 min");
}

TEST(RunBudget, TheFirstLineTellsWhatIsToCome) {
  RunConfig config;
  EXPECT_EQ(
      FirstLine(344, config,
                {.budget = kDefaultBudget, .is_default = true, .pilots = true}),
      "344 cases, 15 runs each of 10000 events, or of fewer so that all "
      "takes at most about 10 min; short runs first, to plan it (--quick: "
      "one short run each; --full: all events)");
  EXPECT_EQ(FirstLine(1, config, {.budget = absl::Seconds(30), .pilots = true}),
            "1 case, 15 runs of 10000 events, or of fewer so that all takes at "
            "most 30 s; short runs first, to plan it");
  EXPECT_EQ(FirstLine(344, config, {.pilots = true}),
            "344 cases, 15 runs each of 10000 events, however long it takes");
  config.sessions = config.rounds = 1;
  config.exits = 1000;
  config.quick = true;
  EXPECT_EQ(FirstLine(2, config, {}),
            "2 cases, 1 run each of 1000 events, for a look");
}

TEST(RunBudget, AProfileTakesAQuarterOfTheBudgetAtMost) {
  RunConfig config;
  config.profile_time = absl::Seconds(2);
  TimePlan plan = {.budget = absl::Minutes(10)};
  EXPECT_EQ(ReserveProfile(7, config, plan), absl::Seconds(20));
  EXPECT_EQ(config.profile_time, absl::Seconds(2));
  EXPECT_EQ(plan.budget, absl::Minutes(10) - absl::Seconds(20));
  plan.budget = absl::Minutes(10);
  EXPECT_EQ(ReserveProfile(300, config, plan), absl::Seconds(150));
  EXPECT_EQ(config.profile_time, absl::Milliseconds(350));
  EXPECT_EQ(plan.budget, absl::Seconds(450));
}

TEST(RunBudget, AProfileWithoutABudgetIsAsLongAsAsked) {
  RunConfig config;
  config.profile_time = absl::Seconds(70);
  TimePlan plan;
  EXPECT_EQ(ReserveProfile(10, config, plan), absl::Seconds(1000));
  EXPECT_EQ(config.profile_time, absl::Seconds(70));
  EXPECT_EQ(plan.budget, absl::ZeroDuration());
}

TEST(RunBudget, ALateEstimateIsSaidOnce) {
  const absl::Time start = absl::UnixEpoch();
  const Progress some = {.runs_done = 30, .runs_in_all = 900};
  LateEstimate estimate(true, start);
  EXPECT_EQ(estimate.Take(some, start + absl::Seconds(9)), "");
  EXPECT_EQ(estimate.Take({.runs_done = 0, .runs_in_all = 900},
                          start + absl::Seconds(11)),
            "");
  EXPECT_EQ(estimate.Take(some, start + absl::Seconds(12)),
            "30 of 900 runs took 12 s: about 6 min in all");
  EXPECT_EQ(estimate.Take(some, start + absl::Seconds(13)), "");
  EXPECT_EQ(LateEstimate(false, start).Take(some, start + absl::Seconds(12)),
            "");
}

CaseResult WithRuns(const std::string& name, uint32_t runs) {
  CaseResult c;
  c.name = name;
  c.outcome = Outcome::kOk;
  c.runs.resize(runs);
  return c;
}

TEST(RunBudget, SaysWhatWasCutAndNotNamedBefore) {
  const std::vector<CaseInstance> cases = {
      {.name = "a"}, {.name = "b"}, {.name = "c"}, {.name = "d"}};
  Results results;
  results.cases = {WithRuns("a", 15), WithRuns("b", 3), WithRuns("c", 12)};
  // A rerun is no other run.
  results.cases[2].runs.back().attempt = 1;
  EXPECT_EQ(WhatBudgetCut(cases, {.wanted_runs = 15, .named = {"b"}}, results),
            "budget: 1 of 4 cases were not reached: d\n"
            "budget: the host became slower than planned: 1 case with fewer "
            "than 15 runs: c 11\n");
  results.cases = {WithRuns("a", 15), WithRuns("b", 15), WithRuns("c", 15),
                   WithRuns("d", 15)};
  EXPECT_EQ(WhatBudgetCut(cases, {.wanted_runs = 15}, results), "");
}

}  // namespace
}  // namespace exitbench
