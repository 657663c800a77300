// The process that profiles cases after all sessions, and what it does wrong.
#include "gtest/gtest.h"
#include "harness/session/orchestrator.h"
#include "harness/session/play/play.h"
#include "profile/model/profile.h"

namespace exitbench {
namespace {

Played PlayWithProfile(const std::string& play) {
  RunConfig config = ShortConfig(1, 2);
  config.profile_time = absl::Seconds(1);
  return PlayConfig(play, config);
}

std::string Profiled(const Profile& profile) {
  std::string names;
  for (const CaseProfile& one : profile.cases) names += one.name + " ";
  return names;
}

TEST(RunSessions, CasesAreProfiledAfterAllSessions) {
  const Played played = PlayWithProfile("well");
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  const Profile& profile = played.gathered->profile;
  EXPECT_EQ(played.gathered->profile_cut, "");
  EXPECT_TRUE(played.gathered->counted);
  EXPECT_EQ(Profiled(profile), "t/a t/b ");
  EXPECT_EQ(profile.functions.size(), 1u);
  EXPECT_EQ(profile.host.source, ProfileSource::kClock);
  EXPECT_EQ(profile.host.kernel_release, "");
  EXPECT_EQ(played.gathered->results.sessions.size(), 1u);
  // Those that are shown have the counts, in the last of two runs.
  for (const Results* r : {&played.gathered->results, &played.kept}) {
    for (const CaseResult& c : r->cases) {
      EXPECT_EQ(c.runs.size(), 2u);
      ASSERT_EQ(c.metrics.size(), 1u);
      EXPECT_EQ(c.metrics[0].name, "instructions_host");
      EXPECT_EQ(c.metrics[0].runs[0].run, 1u);
    }
  }
}

TEST(RunSessions, WithoutProfileTimeNothingIsProfiled) {
  const Played played = PlayConfig("well", ShortConfig(1, 1));
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_TRUE(played.gathered->profile.cases.empty());
  EXPECT_FALSE(played.gathered->counted);
  EXPECT_TRUE(played.gathered->results.cases[0].metrics.empty());
}

TEST(RunSessions, OnlyCasesThatAreOkAreProfiled) {
  const Played played = PlayWithProfile("die");
  ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
  EXPECT_EQ(Profiled(played.gathered->profile), "t/b ");
  EXPECT_EQ(played.gathered->profile_cut, "");
}

TEST(RunSessions, WhatGoesWrongInAProfileOnlyCutsIt) {
  const struct {
    const char* play;
    const char* profiled;
    const char* cut;
  } plays[] = {
      {"profile dies", "t/a ",
       "its process was killed by signal 6 (Aborted) in t/b"},
      {"profile hangs", "t/a ", "its process was silent for too long in t/b"},
      {"profile fails", "", "no symbols"},
      {"profile another case", "",
       "a session process profiled what it was not to profile"},
      {"profile twice", "t/a ",
       "a session process profiled what it was not to profile"},
  };
  for (const auto& [play, profiled, cut] : plays) {
    const Played played = PlayWithProfile(play);
    ASSERT_TRUE(played.gathered.ok()) << played.gathered.status();
    EXPECT_EQ(Profiled(played.gathered->profile), profiled) << play;
    EXPECT_EQ(played.gathered->profile_cut, cut) << play;
    EXPECT_EQ(played.gathered->results.cases.size(), 2u);
    EXPECT_EQ(played.kept.sessions.size(), 1u);
    EXPECT_FALSE(played.kept.sessions[0].partial);
  }
}

}  // namespace
}  // namespace exitbench
