#include "harness/plan/pace.h"

#include <algorithm>
#include <functional>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr double kBudgetS = 600;
constexpr uint32_t kRounds = 15;

// A host on a clock of its own. `load` says how many times as long everything
// takes at a time.
struct Host {
  std::vector<CaseCost> costs;
  std::function<double(double now_s)> load;
  double noise = 0.2;  // Of each run: up to that much more.
  // No run begins later. Far off, so that the pace alone is tested.
  double last_s = 1e9;
};

// 300 cases, as on a fast host: a run takes 15 ms without events, an event 2 us
// to 1 ms.
Host FastHost(double slower) {
  Host host;
  for (int i = 0; i < 300; ++i) {
    const double per_exit_s = i % 10 == 0 ? 1e-3 : i % 3 == 0 ? 2e-5 : 2e-6;
    host.costs.push_back({0.015 * slower, per_exit_s * slower});
  }
  host.load = [](double) { return 1; };
  return host;
}

struct Simulated {
  double seconds = 0;
  std::vector<uint32_t> runs;
  std::vector<std::vector<uint32_t>> exits;
  std::string fewer;  // Named at the start.
};

// Plays a run: two pilots, then rounds as the pace plans them.
Simulated Simulate(const Host& host) {
  std::mt19937 random(1);
  double now_s = 0;
  const auto run = [&](size_t i, uint32_t exits) {
    const double noise =
        1 + host.noise * static_cast<double>(random() % 1000) / 1000;
    const double took =
        RunSeconds(host.costs[i], exits) * noise * host.load(now_s);
    now_s += took;
    return took;
  };
  Pace pace;
  pace.end = absl::UnixEpoch() + absl::Seconds(kBudgetS);
  pace.budget_s = kBudgetS;
  pace.session_s = 0.5;
  pace.rounds = 5;
  pace.rounds_left = pace.rounds_in_all = kRounds;
  std::vector<double> small;
  for (size_t i = 0; i < host.costs.size(); ++i) small.push_back(run(i, 20));
  const bool twice = now_s * kRounds < 0.8 * kBudgetS;
  for (size_t i = 0; i < host.costs.size(); ++i) {
    PacedCase c;
    c.name = absl::StrCat("case/", i);
    c.most_exits = 10000;
    c.seen_exits = twice ? 100 : 20;
    c.cost = twice ? CostFromPilots(20, small[i], 100, run(i, 100))
                   : CostToBeginWith(
                         20, small[i],
                         kBudgetS / static_cast<double>(host.costs.size()));
    pace.cases.push_back(c);
  }
  const auto now = [&now_s] {
    return absl::UnixEpoch() + absl::Seconds(now_s);
  };
  Simulated result;
  result.fewer =
      FewerRuns(pace, FitCases(Wishes(pace), SecondsLeft(pace, now())));
  result.runs.resize(host.costs.size());
  result.exits.resize(host.costs.size());
  for (uint32_t round = 0; round < kRounds; ++round) {
    // Each session gets the pace as text.
    if (round % 5 == 0) {
      pace = *ReadPace(WritePace(pace));
      now_s += pace.session_s;
    }
    const RoundPlan plan = PlanRound(pace, now());
    std::vector<RunTook> took;
    for (size_t i = 0; i < plan.exits.size(); ++i) {
      if (plan.exits[i] == 0 || now_s > host.last_s) continue;
      took.push_back({i, plan.exits[i], run(i, plan.exits[i])});
      ++result.runs[i];
      result.exits[i].push_back(plan.exits[i]);
    }
    EndRound(took, pace);
  }
  result.seconds = now_s;
  return result;
}

bool AllHaveAllRuns(const Simulated& s) {
  return std::all_of(s.runs.begin(), s.runs.end(),
                     [](uint32_t n) { return n == kRounds; });
}

TEST(Pace, AFastHostUsesTheTimeAndKeepsAllRuns) {
  const Simulated s = Simulate(FastHost(1));
  EXPECT_LE(s.seconds, kBudgetS * 1.05);
  EXPECT_GE(s.seconds, kBudgetS * 0.7);
  EXPECT_TRUE(AllHaveAllRuns(s));
  EXPECT_EQ(s.fewer, "");
  // Cheap cases get all events, once their runs have shown what they cost.
  EXPECT_EQ(s.exits[1].back(), 10000u);
  EXPECT_LT(s.exits[0].back(), 10000u);
  EXPECT_GT(s.exits[0].back(), 20u);
}

// Here what is wanted takes a fraction of the time. No run is cut at all.
TEST(Pace, AFewCasesAreRunInFullFromTheFirstRound) {
  Host host = FastHost(1);
  host.costs = {{0.015, 2e-6}, {0.015, 2e-5}};
  const Simulated s = Simulate(host);
  EXPECT_LT(s.seconds, 20);
  for (const auto& exits : s.exits) {
    EXPECT_EQ(exits, std::vector<uint32_t>(kRounds, 10000));
  }
}

// All runs of the fewest events take 710 s: a little too long.
TEST(Pace, ATenTimesSlowerHostNamesWhatIsTooDear) {
  const Simulated s = Simulate(FastHost(10));
  EXPECT_LE(s.seconds, kBudgetS * 1.15);
  EXPECT_GE(s.seconds, kBudgetS * 0.7);
  EXPECT_FALSE(s.fewer.empty());
  const std::string named = absl::StrCat(", ", s.fewer, ",");
  for (size_t i = 0; i < s.runs.size(); ++i) {
    EXPECT_GE(s.runs[i], 1u) << i;
    if (s.runs[i] >= kRounds) continue;
    EXPECT_TRUE(absl::StrContains(named, absl::StrCat(", case/", i, " ")))
        << i << ": " << s.runs[i];
  }
}

// One run of each takes 450 s and the pilot as long. Every case gets one.
TEST(Pace, AHundredTimesSlowerHostRunsEachCaseOnce) {
  Host host = FastHost(100);
  host.costs.resize(100);
  const Simulated s = Simulate(host);
  EXPECT_LE(s.seconds, kBudgetS * 1.15);
  for (uint32_t runs : s.runs) EXPECT_GE(runs, 1u);
  EXPECT_FALSE(s.fewer.empty());
}

TEST(Pace, ALoadThatDoublesHalfWayCutsEventsNotRuns) {
  Host host = FastHost(2);
  host.load = [](double now_s) { return now_s > kBudgetS / 2 ? 2 : 1; };
  const Simulated s = Simulate(host);
  EXPECT_LE(s.seconds, kBudgetS * 1.15);
  EXPECT_GE(s.seconds, kBudgetS * 0.8);
  EXPECT_TRUE(AllHaveAllRuns(s));
  EXPECT_LT(s.exits[0].back(), s.exits[0][5]);
}

// Such a round alone takes two thirds of the budget. The end that run sets
// stops it.
TEST(Pace, ALoadThatGrowsTenfoldCutsRunsInTheEnd) {
  Host host = FastHost(2);
  host.last_s = 1.08 * kBudgetS;
  host.load = [](double now_s) { return now_s > kBudgetS / 2 ? 10 : 1; };
  const Simulated s = Simulate(host);
  EXPECT_LE(s.seconds, kBudgetS * 1.15);
  EXPECT_FALSE(AllHaveAllRuns(s));
  EXPECT_EQ(s.fewer, "");
}

// One pilot is all there is time for, and the runs are short for their fixed
// part. What exits take shows in the first round.
TEST(Pace, AHostWithDearRunsStillGetsCheapEvents) {
  Host host = FastHost(1);
  for (CaseCost& cost : host.costs) cost.fixed_s = 0.13;
  const Simulated s = Simulate(host);
  EXPECT_LE(s.seconds, kBudgetS * 1.05);
  EXPECT_GE(s.exits[1].front(), 80u);
  EXPECT_GE(s.exits[1].back(), 250u);
}

// One event takes seconds. All others are to have what they want.
TEST(Pace, ADearCaseCostsOnlyItsOwnRuns) {
  Host host = FastHost(1);
  host.costs.resize(100);
  host.costs[7] = {0, 2};
  const Simulated s = Simulate(host);
  EXPECT_LE(s.seconds, kBudgetS * 1.15);
  EXPECT_LT(s.runs[7], kRounds);
  EXPECT_GE(s.runs[7], 3u);
  EXPECT_TRUE(absl::StartsWith(s.fewer, "case/7 ")) << s.fewer;
  for (size_t i = 0; i < s.runs.size(); ++i) {
    if (i != 7) {
      EXPECT_EQ(s.runs[i], kRounds) << i;
    }
  }
}

// One in each session.
TEST(Pace, FewRunsAreSpreadOverTheSessions) {
  Pace pace;
  pace.end = absl::UnixEpoch() + absl::Seconds(31);
  pace.rounds = 5;
  pace.rounds_left = pace.rounds_in_all = 15;
  pace.cases.push_back(
      {.name = "a", .cost = {10, 0}, .most_exits = 20, .seen_exits = 20});
  std::vector<uint32_t> in_rounds;
  double now_s = 0;
  for (uint32_t round = 0; round < 15; ++round) {
    std::vector<RunTook> took;
    if (PlanRound(pace, absl::UnixEpoch() + absl::Seconds(now_s)).exits[0] >
        0) {
      in_rounds.push_back(round);
      took.push_back({0, 20, 10});
      now_s += 10;
    }
    EndRound(took, pace);
  }
  ASSERT_EQ(in_rounds.size(), 3u);
  for (uint32_t session = 0; session < 3; ++session) {
    EXPECT_EQ(in_rounds[session] / 5, session) << in_rounds[session];
  }
}

TEST(Pace, ASinglePilotTellsLittle) {
  const CaseCost cheap = CostToBeginWith(20, 0.1, 2);
  EXPECT_NEAR(cheap.fixed_s, 0.097, 1e-9);
  EXPECT_NEAR(RunSeconds(cheap, 20), 0.1, 1e-9);
  const CaseCost dear = CostToBeginWith(20, 0.3, 2);
  EXPECT_EQ(dear.fixed_s, 0);
  EXPECT_NEAR(RunSeconds(dear, 20), 0.3, 1e-9);
}

TEST(Pace, ReadsAsWritten) {
  Pace pace;
  pace.end = absl::FromUnixSeconds(1234567890) + absl::Nanoseconds(5);
  pace.budget_s = 600;
  pace.session_s = 0.25;
  pace.rounds = 5;
  pace.rounds_left = 14;
  pace.rounds_in_all = 15;
  pace.cases.push_back({.name = "pio/out.ring3",
                        .cost = {0.5, 1.5e-6},
                        .most_exits = 10000,
                        .seen_exits = 100,
                        .runs = 1,
                        .spent_s = 0.75,
                        .credit = 0.5});
  const std::string text = WritePace(pace);
  const absl::StatusOr<Pace> read = ReadPace(text);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(WritePace(*read), text);
  EXPECT_EQ(read->end, pace.end);
  EXPECT_EQ(read->rounds_left, 14u);
  ASSERT_EQ(read->cases.size(), 1u);
  EXPECT_EQ(read->cases[0].name, "pio/out.ring3");
  EXPECT_EQ(read->cases[0].cost.per_exit_s, 1.5e-6);
  EXPECT_EQ(read->cases[0].most_exits, 10000u);
  EXPECT_EQ(read->cases[0].credit, 0.5);
}

// A guest may have taken over the session that reports it.
TEST(Pace, RefusesOtherTexts) {
  for (const char* text :
       {"", "5", "0;1;1;0;1;1", "0;nan;1;5;1;1", "0;1;1;5;1;1;a",
        "0;1;1;5;1;1;a,-1,1,1,1,1,1,1", "0;1;1;5;1;1;a,inf,1,1,1,1,1,1",
        "0;1;1;5;1;1;a,1,1,0,1,1,1,1", "0;1;1;5;1;1;a,1,1,1,0,1,1,1",
        "0;1;1;5;1;1;a,1,1,1,1,1,1,nan", "0;1;1;5;1;1;a,1,1,1,1,1,1,1,1"}) {
    EXPECT_FALSE(ReadPace(text).ok()) << text;
  }
  EXPECT_TRUE(ReadPace("0;1;1;5;1;1;a,1,1,1,1,1,1,1").ok());
}

}  // namespace
}  // namespace exitbench
