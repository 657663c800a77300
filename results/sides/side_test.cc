#include "results/sides/side.h"

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

TEST(SideTest, TheLastAttemptOfARoundIsUsed) {
  Results results = MakeResults("6.1", "a", 1, 2);
  CaseResult& c = AddCase("pio/out", {10, 20, 30, 40}, results);
  // Three attempts at round 0, one at round 1.
  c.runs[0] = {.session = 0, .round = 0, .attempt = 0, .disturbed = true};
  c.runs[1] = {.session = 0, .round = 0, .attempt = 2};
  c.runs[2] = {.session = 0, .round = 0, .attempt = 1, .disturbed = true};
  c.runs[3] = {.session = 0, .round = 1, .attempt = 0, .disturbed = true};
  const Side side = MakeSide(results, "x");
  EXPECT_EQ(side.cases[0].series[0].values, (std::vector<double>{20, 40}));
  EXPECT_EQ(side.runs, 2u);
  EXPECT_EQ(side.disturbed_runs, 1u);
}

TEST(SideTest, QuickSessionsAreUsedOnlyIfThereAreNoOthers) {
  Results results = MakeResults("6.1", "a", 2, 1);
  results.sessions[0].quick = true;
  AddCase("pio/out", {10, 20}, results);
  EXPECT_EQ(MakeSide(results, "x").cases[0].series[0].values,
            std::vector<double>{20});
  EXPECT_FALSE(MakeSide(results, "x").quick);
  EXPECT_EQ(MakeSide(results, "x").used_sessions, 1u);
  results.sessions[1].quick = true;
  EXPECT_EQ(MakeSide(results, "x").cases[0].series[0].values.size(), 2u);
  EXPECT_TRUE(MakeSide(results, "x").quick);
  EXPECT_EQ(MakeSide(results, "x").used_sessions, 2u);
}

TEST(SideTest, BootsAreCounted) {
  Results results = MakeResults("6.1", "a", 3, 1);
  results.sessions[2].boot_id = "b";
  AddCase("pio/out", {10, 20, 30}, results);
  const Side side = MakeSide(results, "x");
  EXPECT_EQ(side.boots, 2u);
  EXPECT_EQ(side.cases[0].series[0].boots, (std::vector<uint32_t>{0, 0, 1}));
  EXPECT_EQ(side.cases[0].series[0].sessions, (std::vector<uint32_t>{0, 1, 2}));
}

TEST(SideTest, NothingIsFine) {
  const Side side = MakeSide(Results(), "x");
  EXPECT_EQ(side.boots, 0u);
  EXPECT_TRUE(side.cases.empty());
}

}  // namespace
}  // namespace exitbench
