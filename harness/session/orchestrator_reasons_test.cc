// The process that counts exits by reason after all sessions, and what it does
// wrong.
#include "absl/strings/match.h"
#include "gtest/gtest.h"
#include "harness/session/orchestrator.h"
#include "harness/session/play/play.h"

namespace exitbench {
namespace {

Played PlayWithReasons(const std::string& play) {
  RunConfig config = ShortConfig(1, 2);
  config.exit_reasons = true;
  return PlayConfig(play, config);
}

TEST(RunSessions, ExitsAreCountedByReasonAfterAllSessions) {
  const Played played = PlayWithReasons("well");
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_EQ(played.gathered->reasons_cut, "");
  EXPECT_EQ(played.gathered->results.sessions.size(), 1u);
  for (const Results* r : {&played.gathered->results, &played.kept}) {
    for (const CaseResult& c : r->cases) {
      EXPECT_EQ(c.runs.size(), 2u);
      EXPECT_EQ(c.verdict, Verdict::kProven);
      EXPECT_EQ(c.exit_reasons,
                (std::vector<ExitReasonCount>{{"CPUID", 200, 200, 0}}));
    }
  }
}

TEST(RunSessions, UnlessAskedForNoExitsAreCountedByReason) {
  const Played played = PlayConfig("well", ShortConfig(1, 1));
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_TRUE(played.gathered->results.cases[0].exit_reasons.empty());
}

TEST(RunSessions, ACaseThatExitsByAnotherReasonIsFailed) {
  const Played played = PlayWithReasons("another reason");
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  const CaseResult* a = FindCase(played.kept, "t/a");
  const CaseResult* b = FindCase(played.kept, "t/b");
  ASSERT_TRUE(a != nullptr && b != nullptr);
  EXPECT_EQ(a->outcome, Outcome::kFailed);
  EXPECT_EQ(a->reason, "contradicted: 0 exits by CPUID, claimed 200");
  EXPECT_EQ(b->outcome, Outcome::kOk);
}

TEST(RunSessions, ACaseWithoutAReasonStaysAsItWas) {
  const Played played = PlayWithReasons("one has none");
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_EQ(played.gathered->reasons_cut, "");
  EXPECT_EQ(FindCase(played.kept, "t/a")->exit_reasons.size(), 1u);
  EXPECT_TRUE(FindCase(played.kept, "t/b")->exit_reasons.empty());
}

TEST(RunSessions, WhatGoesWrongInCountingReasonsOnlyCutsThem) {
  for (const auto& [play, why] :
       {std::pair{"reasons die", "was killed by signal 6"},
        std::pair{"reasons of another case", "that it was not to count"},
        std::pair{"reasons twice", "that it was not to count"},
        std::pair{"can't be run again", "t/b: no memory"},
        std::pair{"no reason in it", "that it was not to count"}}) {
    const Played played = PlayWithReasons(play);
    ASSERT_TRUE(played.gathered.ok()) << play << played.gathered.status();
    EXPECT_TRUE(absl::StrContains(played.gathered->reasons_cut, why))
        << play << ": " << played.gathered->reasons_cut;
    for (const CaseResult& c : played.kept.cases) {
      EXPECT_EQ(c.outcome, Outcome::kOk) << play;
    }
  }
}

}  // namespace
}  // namespace exitbench
