// Sessions that die or hang: each loses the case in flight only, and the rest
// goes on.
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "harness/session/orchestrator.h"
#include "harness/session/play/play.h"
#include "harness/session/session_process.h"

namespace exitbench {
namespace {

// "session round", in order.
std::vector<std::string> RunsOf(const CaseResult& result) {
  std::vector<std::string> runs;
  for (const Run& run : result.runs) {
    runs.push_back(absl::StrCat(run.session, " ", run.round));
  }
  return runs;
}

using Texts = std::vector<std::string>;

TEST(RunSessions, AHungSessionIsKilledAndTheRestGoesOn) {
  const absl::Time start = absl::Now();
  auto gathered = Play("hang", 2, 2);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  const Results& r = gathered->results;
  ASSERT_EQ(r.cases.size(), 2u);
  const CaseResult& a = *FindCase(r, "t/a");
  EXPECT_EQ(a.outcome, Outcome::kTimeout);
  EXPECT_NE(a.reason.find("KVM_RUN did not return"), std::string::npos);
  // The rest of the session ran in another process; the second session left the
  // case out and ran the other.
  const CaseResult& b = *FindCase(r, "t/b");
  EXPECT_EQ(b.outcome, Outcome::kOk);
  EXPECT_EQ(b.runs.size(), 4u);
  ASSERT_EQ(r.sessions.size(), 3u);
  EXPECT_TRUE(r.sessions[0].partial);
  EXPECT_FALSE(r.sessions[1].partial);
  EXPECT_FALSE(r.sessions[2].partial);
}

// Of each round, whichever case comes first, t/b runs once and only once.
TEST(RunSessions, ADeadSessionLosesOneCaseAndTheRestGoesOn) {
  const Played played = PlayConfig("die", ShortConfig(2, 3));
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  const Results& r = played.gathered->results;
  ASSERT_EQ(r.cases.size(), 2u);
  const CaseResult& a = *FindCase(r, "t/a");
  EXPECT_EQ(a.outcome, Outcome::kFailed);
  EXPECT_EQ(a.reason,
            "the session process was killed by signal 6 (Aborted) in this "
            "case");
  EXPECT_TRUE(a.runs.empty());
  const CaseResult& b = *FindCase(r, "t/b");
  EXPECT_EQ(b.outcome, Outcome::kOk);
  EXPECT_EQ(b.runs.size(), 6u);
  EXPECT_EQ(RunsOf(b).back(), "2 2");
  // The dead one, the one that went on for it, and the second.
  ASSERT_EQ(r.sessions.size(), 3u);
  EXPECT_TRUE(r.sessions[0].partial);
  EXPECT_LT(r.sessions[0].elapsed_s, 1.5);
  EXPECT_FALSE(r.sessions[1].partial);
  EXPECT_FALSE(r.sessions[2].partial);
  EXPECT_FALSE(r.partial);
  // Six of t/b and the one of t/a that was lost.
  EXPECT_EQ(played.begun.size(), 7u);
  EXPECT_EQ(played.begun.back().runs_in_all, 7u);
  EXPECT_EQ(played.begun.back().runs_done, 6u);
  EXPECT_EQ(played.begun.back().session, 1u);
  EXPECT_EQ(played.begun.back().round, 2u);
}

TEST(RunSessions, AKillIsTakenForWantOfMemory) {
  const auto gathered = Play("be killed");
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(FindCase(gathered->results, "t/a")->reason,
            "the session process was killed by signal 9 in this case; is it "
            "out of memory?");
}

TEST(RunSessions, AReplacementGoesOnInTheRoundOfTheDeath) {
  const auto gathered = Play("die in round 2", 1, 3);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  const Results& r = gathered->results;
  // Both cases end their session in round 2, each once; then none is left.
  ASSERT_EQ(r.cases.size(), 2u);
  for (const CaseResult& c : r.cases) {
    EXPECT_EQ(c.outcome, Outcome::kFailed) << c.name;
    EXPECT_EQ(RunsOf(c), (Texts{"0 0"})) << c.name;
  }
  EXPECT_EQ(r.sessions.size(), 2u);
}

TEST(RunSessions, WithoutACaseLeftThereIsNoOtherSession) {
  const auto gathered = Play("die in all", 3, 2);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->results.sessions.size(), 2u);
  EXPECT_EQ(gathered->results.cases.size(), 2u);
}

// The session reported its first run and ended in the second.
TEST(RunSessions, ADeathInARerunKeepsTheFirstRun) {
  const auto gathered = Play("die in a rerun", 1);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  const CaseResult& a = *FindCase(gathered->results, "t/a");
  EXPECT_EQ(a.outcome, Outcome::kFailed);
  EXPECT_EQ(a.runs.size(), 1u);
  EXPECT_EQ(FindCase(gathered->results, "t/b")->runs.size(), 1u);
}

TEST(RunSessions, ADeathBetweenCasesLosesNone) {
  const auto gathered = Play("die between", 1, 2);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  const Results& r = gathered->results;
  ASSERT_EQ(r.cases.size(), 2u);
  for (const CaseResult& c : r.cases) {
    EXPECT_EQ(c.outcome, Outcome::kOk) << c.name;
    EXPECT_EQ(c.runs.size(), 2u) << c.name;
  }
  ASSERT_EQ(r.sessions.size(), 4u);
  EXPECT_TRUE(r.sessions[3].partial);
}

TEST(RunSessions, ADeathBeforeAnyCaseIsTriedAgainOnce) {
  const std::string first = testing::TempDir() + "/first";
  ASSERT_EQ(setenv("FIRST", first.c_str(), 1), 0);
  const auto gathered = Play("die at once, once");
  EXPECT_EQ(rmdir(first.c_str()), 0);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->results.sessions.size(), 2u);
  EXPECT_EQ(FindCase(gathered->results, "t/a")->runs.size(), 2u);

  const absl::Status status = Play("die at once").status();
  EXPECT_EQ(status.message(),
            "a session process was killed by signal 6 (Aborted) before it "
            "began a case, as the one before it");
}

TEST(RunSessions, WhatADeadSessionToldIsKept) {
  const Played played = PlayConfig("die late", ShortConfig(1, 1));
  ASSERT_EQ(played.kept.cases.size(), 2u);
  EXPECT_EQ(FindCase(played.kept, "t/a")->runs.size(), 1u);
  EXPECT_EQ(FindCase(played.kept, "t/b")->outcome, Outcome::kFailed);
  EXPECT_TRUE(played.kept.sessions[0].partial);
}

// The pipe outlives the session.
TEST(RunSessions, ADeadSessionsChildIsNotWaitedFor) {
  RunConfig config = ShortConfig(1, 1);
  config.silence_slack = absl::Seconds(60);
  const absl::Time start = absl::Now();
  const Played played = PlayConfig("die and leave a child", config);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_EQ(played.gathered->results.sessions.size(), 2u);
  EXPECT_EQ(played.gathered->results.cases.size(), 2u);
}

TEST(DescribeEnd, SaysHowAProcessEnded) {
  EXPECT_EQ(DescribeEnd(9), "was killed by signal 9");
  EXPECT_EQ(DescribeEnd(11), "was killed by signal 11 (Segmentation fault)");
  EXPECT_EQ(DescribeEnd(3 << 8), "ended with exit code 3");
  EXPECT_EQ(DescribeEnd(std::nullopt), "closed its pipe");
}

TEST(RunSessions, AHangBetweenCasesLosesNone) {
  const auto gathered = Play("hang between", 1);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  ASSERT_EQ(gathered->results.cases.size(), 2u);
  EXPECT_EQ(gathered->results.cases[0].runs.size(), 1u);
  EXPECT_EQ(gathered->results.cases[1].runs.size(), 1u);
  EXPECT_EQ(gathered->results.sessions.size(), 2u);
}

TEST(RunSessions, WhatASessionToldBeforeItHungIsKept) {
  const Played played = PlayConfig("hang at the end", ShortConfig(1, 1));
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_EQ(played.kept.cases.size(), 2u);
  ASSERT_EQ(played.kept.sessions.size(), 1u);
  EXPECT_TRUE(played.kept.sessions[0].partial);
}

}  // namespace
}  // namespace exitbench
