#include "results/boots/session_variation.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/compare/diff.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

// Returns one boot's sessions, which began at `at`. The effects of the sessions
// are logarithms, by case and session.
Results Sessions(const std::vector<int>& at,
                 const std::vector<std::vector<double>>& effects,
                 double centre = 1000, int runs_each = 5) {
  Results r = MakeResults("6.1", "boot", static_cast<uint32_t>(at.size()),
                          static_cast<uint32_t>(runs_each));
  for (size_t i = 0; i < at.size(); ++i) {
    r.sessions[i].started_utc = absl::StrCat("2024-05-01T0", at[i], ":00:00Z");
  }
  for (size_t c = 0; c < effects.size(); ++c) {
    std::vector<double> runs;
    for (double effect : effects[c]) {
      for (int run = 0; run < runs_each; ++run) {
        runs.push_back(centre * std::exp(effect) * (1 + 1e-6 * run));
      }
    }
    AddCase(absl::StrCat("case/", c), runs, r);
  }
  return r;
}

// 1% more from each session to the next.
std::vector<std::vector<double>> Drift(const std::vector<int>& at) {
  std::vector<double> effects;
  for (int i : at) effects.push_back(.01 * i);
  return {effects};
}

TEST(SessionVariationTest, NeighboursAreFoundByTime) {
  const auto pairs = [](const std::vector<int>& a, const std::vector<int>& b) {
    return PairSessions(MakeSide(Sessions(a, {}), "a"),
                        MakeSide(Sessions(b, {}), "b"));
  };
  // The order in the files does not matter.
  const std::optional<SessionPairs> found = pairs({4, 0, 3}, {1, 2, 5});
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->pair[0], (std::vector<uint32_t>{2, 0, 1}));
  EXPECT_EQ(found->pair[1], (std::vector<uint32_t>{0, 1, 2}));
  EXPECT_EQ(found->place[0], (std::vector<double>{0, 3, 4}));
  EXPECT_EQ(found->place[1], (std::vector<double>{1, 2, 5}));
  EXPECT_TRUE(pairs({0, 2, 4}, {1, 3, 5}).has_value());
  EXPECT_TRUE(pairs({0, 1, 6, 7}, {2, 3, 4, 5}).has_value());
  EXPECT_FALSE(pairs({0, 1, 2}, {3, 4, 5}).has_value());
  EXPECT_FALSE(pairs({0}, {1}).has_value());
  EXPECT_FALSE(pairs({0, 3}, {1, 2, 4}).has_value());
  EXPECT_FALSE(pairs({0, 2}, {2, 3}).has_value());
  Results other = Sessions({1, 2}, {});
  for (Session& session : other.sessions) session.boot_id = "another";
  EXPECT_FALSE(
      PairSessions(MakeSide(Sessions({0, 3}, {}), "a"), MakeSide(other, "b"))
          .has_value());
}

TEST(SessionVariationTest, QuickSessionsAreNoNeighbours) {
  Results a = Sessions({0, 1, 3}, {});
  a.sessions[0].quick = true;
  const std::optional<SessionPairs> found =
      PairSessions(MakeSide(a, "a"), MakeSide(Sessions({2, 4}, {}), "b"));
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->place[0], (std::vector<double>{0, 2}));
}

TEST(SessionVariationTest, SessionsAreComparedWithTheirSide) {
  const std::vector<std::vector<double>> effects = {{-.01, 0, .01}};
  const Side a = MakeSide(Sessions({0, 1, 2}, effects), "a");
  const Side b = MakeSide(Sessions({3, 4, 5}, effects, 2000), "b");
  const SessionVariation v({&a, &b});
  ASSERT_TRUE(v.noise().has_value());
  EXPECT_FALSE(v.noise()->paired);
  EXPECT_NEAR(v.noise()->sessions, .01, 1e-4);
  const SessionEffect effect =
      v.On("case/0", a.cases[0].series[0], b.cases[0].series[0]);
  // One case alone may be one whose sessions happen to agree.
  EXPECT_GT(effect.variance, 2 * 1e-4 * 2 / 3);
  EXPECT_LT(effect.variance, 4 * 1e-4 * 2 / 3);
  EXPECT_TRUE(effect.off_a.empty());
  EXPECT_EQ(v.On("none", a.cases[0].series[0], b.cases[0].series[0]).variance,
            0);
}

// Drift by 1% a session would be 0.3% between the sides, and is all the noise.
TEST(SessionVariationTest, DriftIsTakenOffNeighbours) {
  for (const std::vector<int>& at :
       {std::vector<int>{0, 3, 4}, std::vector<int>{0, 2, 4}}) {
    std::vector<int> others;
    for (int i = 0; i < 6; ++i) {
      if (at[0] != i && at[1] != i && at[2] != i) others.push_back(i);
    }
    const Side a = MakeSide(Sessions(at, Drift(at)), "a");
    const Side b = MakeSide(Sessions(others, Drift(others), 1030), "b");
    const SessionVariation v({&a, &b});
    ASSERT_TRUE(v.noise().has_value());
    EXPECT_TRUE(v.noise()->paired);
    EXPECT_NEAR(v.noise()->sessions, 0, 1e-5);
    const Diff diff = CompareSides(a, b, {});
    const MetricDiff& m = diff.cases[0].metrics[0];
    EXPECT_EQ(m.change, Change::kWorse);
    EXPECT_NEAR(m.ratio, 1.03, 1e-4);
    EXPECT_LT(m.p, 1e-6);
    EXPECT_TRUE(diff.session_noise->paired);
  }
}

// Each session of NEW came after its neighbour, so drift moves its median.
TEST(SessionVariationTest, ItIsSaidThatDriftIsTakenOff) {
  const auto compare = [](double drift) {
    const Side a =
        MakeSide(Sessions({0, 2, 4}, {{0, 2 * drift, 4 * drift}}), "a");
    const Side b =
        MakeSide(Sessions({1, 3, 5}, {{drift, 3 * drift, 5 * drift}}), "b");
    return CompareSides(a, b, {}).cases[0].metrics[0];
  };
  const MetricDiff m = compare(.05);
  EXPECT_NEAR(m.candidate.value / m.baseline.value, std::exp(.05), 1e-6);
  EXPECT_NEAR(m.ratio, 1, 1e-4);
  EXPECT_EQ(m.disagreement, Disagreement::kDrift);
  EXPECT_EQ(compare(.001).disagreement, Disagreement::kNone);
}

// Half of the runs of each side are of either speed, by session. All 15 runs a
// side show a change, but three sessions are too few for it.
TEST(SessionVariationTest, SessionsWidenMarginAndInterval) {
  const auto compare = [](const std::vector<double>& effects, double centre) {
    DiffOptions options;
    options.threshold = .005;
    return CompareSides(MakeSide(Sessions({0, 1, 2}, {effects}), "a"),
                        MakeSide(Sessions({3, 4, 5}, {effects}, centre), "b"),
                        options)
        .cases[0]
        .metrics[0];
  };
  const std::vector<double> sessions = {-.01, 0, .01};
  const MetricDiff m = compare(sessions, 1015);
  const double half = 1.96 * .01 * std::sqrt(2. / 3);
  EXPECT_LE(m.p_adjusted, .05);
  EXPECT_EQ(m.change, Change::kUnsure);
  EXPECT_GE(m.margin, half);
  EXPECT_LE(m.ratio_low, 1.015 * (1 - half) + 1e-4);
  EXPECT_EQ(compare(sessions, 1100).change, Change::kWorse);
  // The sessions decide, not the runs.
  EXPECT_EQ(compare({0, 0, 0}, 1015).change, Change::kWorse);
}

TEST(SessionVariationTest, NothingIsKnown) {
  const auto noise = [](const Results& a, const Results& b) {
    const Side x = MakeSide(a, "a"), y = MakeSide(b, "b");
    return SessionVariation({&x, &y}).noise();
  };
  EXPECT_FALSE(noise(Sessions({0}, {{0}}), Sessions({1}, {{.01}})).has_value());
  const std::vector<std::vector<double>> effects = {{0, .01, .02}};
  EXPECT_TRUE(
      noise(Sessions({0}, {{0}}), Sessions({1, 2, 3}, effects)).has_value());
  // One run a session.
  EXPECT_FALSE(noise(Sessions({0, 1, 2}, effects, 1000, 1),
                     Sessions({3, 4, 5}, effects, 1000, 1))
                   .has_value());
  // One session a boot.
  Results boots = Sessions({0, 1, 2}, effects);
  for (size_t i = 0; i < 3; ++i) boots.sessions[i].boot_id = absl::StrCat(i);
  EXPECT_FALSE(noise(boots, boots).has_value());
}

// Boots of two sessions each. Their variance includes that of the sessions.
TEST(SessionVariationTest, SeveralBootsASideAreEnough) {
  const std::vector<std::vector<double>> effects = {
      {-.05, -.04, -.01, .01, .04, .05}};
  Results a = Sessions({0, 1, 2, 3, 4, 5}, effects);
  for (size_t i = 0; i < 6; ++i) {
    a.sessions[i].boot_id = absl::StrCat("boot", i / 2);
  }
  Results alone = a;
  for (auto& run : alone.cases[0].runs) {
    run.round += 5 * (run.session % 2);
    run.session -= run.session % 2;
  }
  const auto margin = [](const Results& r) {
    const Diff diff =
        CompareSides(MakeSide(r, "a"), MakeSide(r, "b"), DiffOptions());
    return diff.cases[0].metrics[0].margin;
  };
  EXPECT_EQ(margin(a), margin(alone));
  EXPECT_GT(margin(a), .02);
}

// A file may name a case twice, and cases may lack sessions.
TEST(SessionVariationTest, StrangeFilesAreNotPaired) {
  const std::vector<int> at = {0, 3, 4}, others = {1, 2, 5};
  Results a = Sessions(at, Drift(at)), b = Sessions(others, Drift(others));
  Results twice = a, lacks = b;
  twice.cases.push_back(twice.cases[0]);
  for (auto& run : lacks.cases[0].runs) {
    if (run.session == 2) run.session = 1, run.round += 5;
  }
  const auto paired = [](const Results& x, const Results& y) {
    const Diff diff =
        CompareSides(MakeSide(x, "a"), MakeSide(y, "b"), DiffOptions());
    return diff.session_noise.has_value() && diff.session_noise->paired;
  };
  EXPECT_TRUE(paired(a, b));
  EXPECT_FALSE(paired(twice, b));
  EXPECT_FALSE(paired(a, lacks));
  b.cases.clear();
  EXPECT_FALSE(paired(twice, b));
}

}  // namespace
}  // namespace exitbench
