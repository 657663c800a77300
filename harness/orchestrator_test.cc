// The parent's side of sessions, against sessions that misbehave. Sessions are
// /proc/self/exe, which here is this test: main() plays a session when it is
// started as one, as told by the word behind the program's name.
#include "harness/orchestrator.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "gtest/gtest.h"
#include "harness/frames.h"
#include "results/proto_io.h"

namespace exitbench {
namespace {

const Case kRows[] = {{.name = "t/a"}, {.name = "t/b"}};

Results OneRun(const std::string& name) {
  Results r;
  r.sessions.emplace_back();
  CaseResult& c = r.cases.emplace_back();
  c.name = name;
  c.code_hash = "1";
  c.outcome = Outcome::kOk;
  c.runs.emplace_back();
  return r;
}

void Run(int fd, const std::string& name) {
  EB_CHECK(WriteFrame(fd, FrameType::kBegin, name).ok());
  EB_CHECK(WriteFrame(fd, FrameType::kCase, Serialize(OneRun(name))).ok());
  EB_CHECK(WriteFrame(fd, FrameType::kEnd, name).ok());
}

int PlaySession(const std::string& play, int fd, bool without_a) {
  Results base = OneRun("unused");
  base.cases.clear();
  if (play == "begin late") {
    for (int i = 0; i < 12; ++i) {
      absl::SleepFor(absl::Milliseconds(100));
      EB_CHECK(WriteFrame(fd, FrameType::kAlive, "").ok());
    }
  }
  if (play == "two in one") base.sessions.emplace_back();
  if (play == "no session in it") base.sessions.clear();
  if (play == "done first") {
    EB_CHECK(WriteFrame(fd, FrameType::kDone, "1.5").ok());
  }
  if (play == "run first") Run(fd, "t/b");
  EB_CHECK(WriteFrame(fd, FrameType::kSession, Serialize(base)).ok());
  if (play == "begin twice") {
    EB_CHECK(WriteFrame(fd, FrameType::kSession, Serialize(base)).ok());
  }
  if (!without_a) {
    if (play == "hang" || play == "die") {
      EB_CHECK(WriteFrame(fd, FrameType::kBegin, "t/a").ok());
      if (play == "die") abort();
      for (;;) pause();
    }
    Run(fd, "t/a");
  }
  if (play == "error") {
    EB_CHECK(WriteFrame(fd, FrameType::kError, "no such luck").ok());
    return 1;
  }
  if (play == "garbage") {
    EB_CHECK(write(fd, "garbage, and more of it", 23) == 23);
    return 0;
  }
  if (play == "die late") {
    EB_CHECK(WriteFrame(fd, FrameType::kBegin, "t/b").ok());
    abort();
  }
  if (play == "hang between") {
    for (;;) pause();
  }
  Run(fd, "t/b");
  // As a probe's child that is stuck in the kernel.
  if (play == "leave a child" && fork() == 0) {
    absl::SleepFor(absl::Seconds(5));
    _exit(0);
  }
  EB_CHECK(WriteFrame(fd, FrameType::kDone, "1.5").ok());
  if (play == "end slowly") {
    absl::SleepFor(absl::Milliseconds(200));
    EB_CHECK(kill(getppid(), SIGUSR1) == 0);
  }
  return 0;
}

absl::StatusOr<GatheredResults> Play(const std::string& play,
                                     uint32_t sessions = 2) {
  RunConfig config;
  config.sessions = sessions;
  config.rounds = 1;
  config.time_limit = absl::Milliseconds(50);
  config.silence_slack = absl::Milliseconds(300);
  return RunSessions(config, Instances(kRows), {"test", play}, {});
}

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

// Longer than the silence that is taken for a hang.
TEST(RunSessions, ASessionThatIsLongInBeginningIsWaitedFor) {
  const auto gathered = Play("begin late", 1);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->results.cases.size(), 2u);
  EXPECT_FALSE(gathered->results.partial);
}

TEST(RunSessions, AHungSessionIsKilledAndTheRestGoesOn) {
  const absl::Time start = absl::Now();
  auto gathered = Play("hang");
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
  const Results& r = gathered->results;
  ASSERT_EQ(r.cases.size(), 2u);
  EXPECT_EQ(r.cases[0].name, "t/a");
  EXPECT_EQ(r.cases[0].outcome, Outcome::kTimeout);
  EXPECT_NE(r.cases[0].reason.find("KVM_RUN did not return"),
            std::string::npos);
  // The second session left the case out and ran the other.
  EXPECT_EQ(r.cases[1].outcome, Outcome::kOk);
  EXPECT_TRUE(r.sessions[0].partial);
  EXPECT_FALSE(r.sessions[1].partial);
}

TEST(RunSessions, ADeadSessionIsAnErrorThatNamesTheCase) {
  const absl::Status status = Play("die").status();
  EXPECT_NE(status.message().find("died in case t/a"), std::string::npos)
      << status;
}

TEST(RunSessions, WhatADeadSessionToldIsKept) {
  RunConfig config;
  config.sessions = 2;
  Results kept;
  RunCallbacks callbacks;
  callbacks.on_session = [&kept](const Results& so_far) {
    kept = so_far;
    return absl::OkStatus();
  };
  EXPECT_FALSE(
      RunSessions(config, Instances(kRows), {"test", "die late"}, callbacks)
          .ok());
  ASSERT_EQ(kept.cases.size(), 1u);
  EXPECT_EQ(kept.cases[0].name, "t/a");
  EXPECT_TRUE(kept.partial);
  ASSERT_EQ(kept.sessions.size(), 1u);
  EXPECT_TRUE(kept.sessions[0].partial);
}

// A session whose pipe never ends is over all the same.
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

TEST(RunSessions, WhatASessionToldBeforeItHungIsKept) {
  RunConfig config;
  config.time_limit = absl::Milliseconds(50);
  config.silence_slack = absl::Milliseconds(300);
  Results kept;
  RunCallbacks callbacks;
  callbacks.on_session = [&kept](const Results& so_far) {
    kept = so_far;
    return absl::OkStatus();
  };
  const absl::Status status =
      RunSessions(config, Instances(kRows), {"test", "hang between"}, callbacks)
          .status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  ASSERT_EQ(kept.cases.size(), 1u);
  EXPECT_EQ(kept.cases[0].name, "t/a");
  EXPECT_TRUE(kept.partial);
}

// A guest that took its session over could say anything.
TEST(RunSessions, WhatIsNotOneSessionIsRefused) {
  for (const char* play : {"done first", "run first", "begin twice",
                           "two in one", "no session in it"}) {
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
  const auto gathered =
      RunSessions(config, Instances(kRows), {"test", "hang"}, {});
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
  auto gathered = RunSessions(config, Instances(kRows), {"test", "hang"}, {});
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_TRUE(gathered->out_of_time);
  EXPECT_EQ(gathered->results.sessions.size(), 1u);
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  int fd = -1;
  bool without_a = false;
  for (int i = 1; i < argc; ++i) {
    absl::string_view word = argv[i];
    if (absl::StartsWith(word, "--session_fd=")) {
      EB_CHECK(absl::SimpleAtoi(word.substr(strlen("--session_fd=")), &fd));
    }
    without_a = without_a || word == "--session_without=t/a";
  }
  if (fd >= 0) return exitbench::PlaySession(argv[1], fd, without_a);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
