// What the parent makes of the sessions of a run, and when it ends.
#include "harness/session/orchestrator.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "harness/session/play/play.h"

namespace exitbench {
namespace {

TEST(RunSessions, GathersAllRuns) {
  auto gathered = Play("well");
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  const Results& r = gathered->results;
  ASSERT_EQ(r.sessions.size(), 2u);
  EXPECT_FALSE(r.sessions[1].partial);
  EXPECT_EQ(r.sessions[1].elapsed_s, 1.5);
  ASSERT_EQ(r.cases.size(), 2u);
  ASSERT_EQ(r.cases[1].runs.size(), 2u);
  EXPECT_EQ(r.cases[1].runs[1].session, 1u);
}

TEST(RunSessions, ASessionThatIsLongInBeginningIsWaitedFor) {
  const auto gathered = Play("begin late", 1);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->results.cases.size(), 2u);
  EXPECT_FALSE(gathered->results.partial);
}

// A session that is done is over even if its pipe never ends.
TEST(RunSessions, AChildThatKeepsThePipeOpenIsNotWaitedFor) {
  const absl::Time start = absl::Now();
  const auto gathered = Play("leave a child", 1);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
  EXPECT_FALSE(gathered->results.sessions[0].partial);
  EXPECT_EQ(gathered->results.cases.size(), 2u);
}

volatile sig_atomic_t ended_by_itself = 0;

TEST(RunSessions, ASessionThatIsDoneIsLetEndByItself) {
  signal(SIGUSR1, [](int) { ended_by_itself = 1; });
  EXPECT_TRUE(Play("end slowly", 1).ok());
  EXPECT_EQ(ended_by_itself, 1);
  signal(SIGUSR1, SIG_DFL);
}

// A guest that took over its session could report anything.
TEST(RunSessions, WhatIsNotOneSessionIsRefused) {
  for (const char* play :
       {"done first", "run first", "begin twice", "two in one",
        "no session in it", "another case", "too many rounds"}) {
    const absl::Status status = Play(play, 1).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << play << ": " << status;
  }
}

TEST(RunSessions, AnInterruptWaitsForOneTimeLimitOnly) {
  RunConfig config;
  config.sessions = 2;
  config.time_limit = absl::Milliseconds(300);
  config.silence_slack = absl::Seconds(60);
  const pid_t user = fork();
  if (user == 0) {
    absl::SleepFor(absl::Milliseconds(200));
    _exit(kill(getppid(), SIGINT));
  }
  const absl::Time start = absl::Now();
  config.emulator = "hang";
  const auto gathered = RunSessions(config, Instances(kPlayedRows), {});
  EXPECT_EQ(waitpid(user, nullptr, 0), user);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->stop_signal, SIGINT);
  EXPECT_TRUE(gathered->results.partial);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST(RunSessions, ASessionsOwnErrorIsHandedOn) {
  EXPECT_EQ(Play("error").status().message(), "no such luck");
}

TEST(RunSessions, GarbageIsAnError) { EXPECT_FALSE(Play("garbage").ok()); }

TEST(RunSessions, TheDeadlineEndsARun) {
  RunConfig config;
  config.sessions = 2;
  config.silence_slack = absl::Milliseconds(300);
  config.time_limit = absl::Milliseconds(50);
  config.deadline = absl::Now() + absl::Milliseconds(150);
  config.emulator = "hang";
  auto gathered = RunSessions(config, Instances(kPlayedRows), {});
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_TRUE(gathered->out_of_time);
  EXPECT_EQ(gathered->results.sessions.size(), 1u);
}

}  // namespace
}  // namespace exitbench
