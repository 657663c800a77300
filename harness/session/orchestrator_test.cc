// How the parent handles sessions that misbehave. It starts /proc/self/exe as a
// session, which here is this test. main() then plays the session that the name
// of the emulator asks for.
#include "harness/session/orchestrator.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "gtest/gtest.h"
#include "harness/plan/pace.h"
#include "harness/plan/round_order.h"
#include "harness/session/frames.h"
#include "harness/session/session_process.h"
#include "harness/session/session_task.h"
#include "profile/file/profile_bytes.h"
#include "profile/model/profile.h"
#include "results/file/proto_io.h"

namespace exitbench {
namespace {

const Case kRows[] = {{.name = "t/a"}, {.name = "t/b"}};
constexpr uint32_t kSeed = 7;

CaseResult OneRun(const std::string& name) {
  CaseResult c;
  c.name = name;
  c.code_hash = "1";
  for (const CaseInstance& instance : Instances(kRows)) {
    if (instance.name == name) c.code_hash = CodeHash(instance);
  }
  c.outcome = Outcome::kOk;
  c.runs.emplace_back();
  return c;
}

void Run(int fd, const std::string& name, uint32_t round = 0) {
  CaseResult one = OneRun(name);
  one.runs[0].round = round;
  EB_CHECK(WriteFrame(fd, FrameType::kBegin, name).ok());
  EB_CHECK(WriteFrame(fd, FrameType::kCase, SerializeCase(one)).ok());
  EB_CHECK(WriteFrame(fd, FrameType::kEnd, name).ok());
}

// What a case does to the session that runs it.
void RunOrEnd(const std::string& play, int fd, const std::string& name,
              uint32_t round) {
  const bool ends =
      (name == "t/a" &&
       (play == "hang" || play == "die" || play == "be killed")) ||
      (name == "t/b" && play == "die late") ||
      (round == 1 && play == "die in round 2") || play == "die in all";
  if (ends) {
    EB_CHECK(WriteFrame(fd, FrameType::kBegin, name).ok());
    if (play == "be killed") raise(SIGKILL);
    if (play != "hang") abort();
    for (;;) pause();
  }
  if (name == "t/a" && play == "die in a rerun") {
    EB_CHECK(WriteFrame(fd, FrameType::kBegin, name).ok());
    EB_CHECK(
        WriteFrame(fd, FrameType::kCase, SerializeCase(OneRun(name))).ok());
    abort();
  }
  Run(fd, name, round);
}

// What a session reports after a round: the pace, or nonsense.
std::string PaceAfterRound(const std::string& play, std::string& pace) {
  absl::StatusOr<Pace> next = ReadPace(pace);
  if (!next.ok()) return "";
  EndRound({}, *next);
  if (play == "pace of another end") next->end += absl::Hours(1);
  if (play == "pace of more rounds") next->rounds_left += 5;
  if (play == "pace without cases") next->cases.clear();
  pace = WritePace(*next);
  return play == "garbled pace" ? "x" : pace;
}

// What the process reports that profiles the cases which are OK.
int PlayProfile(const SessionTask& task, int fd) {
  const std::string& play = task.config.emulator;
  for (const CaseInstance& c : Without(Instances(kRows), task.part.without)) {
    EB_CHECK(WriteFrame(fd, FrameType::kBegin, c.name).ok());
    if (play == "profile dies" && c.name == "t/b") abort();
    if (play == "profile hangs" && c.name == "t/b") {
      for (;;) pause();
    }
    if (play == "profile fails") {
      EB_CHECK(WriteFrame(fd, FrameType::kError, "no symbols").ok());
      return 1;
    }
    Profile one;
    one.host.source = ProfileSource::kClock;
    one.host.kernel_release = "not the session's to say";
    one.modules = {"kvm"};
    one.functions = {{.name = "f"}};
    one.nodes = {{.function = 0, .self = 7}};
    one.cases = {{.name = play == "profile another case" ? "t/c" : c.name,
                  .legs = {{Leg::kWhole, {0}}},
                  .sampled = {.clock = "cpu-clock", .samples = 7}}};
    EB_CHECK(WriteFrame(fd, FrameType::kProfile, SerializeProfile(one)).ok());
    if (play == "profile twice") {
      EB_CHECK(WriteFrame(fd, FrameType::kProfile, SerializeProfile(one)).ok());
    }
    CaseResult counts = OneRun(c.name);
    counts.metrics = {{.name = "instructions_host",
                       .unit = Unit::kCount,
                       .direction = Direction::kLowerIsBetter,
                       .runs = {{0, {.count = 1, .iqm = 3498}}}}};
    EB_CHECK(WriteFrame(fd, FrameType::kCase, SerializeCase(counts)).ok());
    EB_CHECK(WriteFrame(fd, FrameType::kEnd, c.name).ok());
  }
  EB_CHECK(WriteFrame(fd, FrameType::kDone, "1.5").ok());
  return 0;
}

// What the process reports that counts exits by reason.
int PlayReasons(const SessionTask& task, int fd) {
  const std::string& play = task.config.emulator;
  for (const CaseInstance& c : Without(Instances(kRows), task.part.without)) {
    EB_CHECK(WriteFrame(fd, FrameType::kBegin, c.name).ok());
    if (play == "reasons die" && c.name == "t/b") abort();
    CaseResult one;
    one.name = play == "reasons of another case" ? "t/c" : c.name;
    one.outcome = Outcome::kOk;
    one.verdict = Verdict::kProven;
    one.proof = "200 exits by CPUID";
    one.exit_reasons = {{"CPUID", 200, 200, 0}};
    if (play == "another reason" && c.name == "t/a") {
      one.verdict = Verdict::kContradicted;
      one.proof = "0 exits by CPUID, claimed 200";
    }
    if (play == "no reason in it") one.exit_reasons.clear();
    if (play == "can't be run again" && c.name == "t/b") {
      one.outcome = Outcome::kFailed;
      one.reason = "no memory";
    }
    // t/b claims none on this host.
    if (play != "one has none" || c.name == "t/a") {
      EB_CHECK(WriteFrame(fd, FrameType::kCase, SerializeCase(one)).ok());
    }
    if (play == "reasons twice") {
      EB_CHECK(WriteFrame(fd, FrameType::kCase, SerializeCase(one)).ok());
    }
    EB_CHECK(WriteFrame(fd, FrameType::kEnd, c.name).ok());
  }
  EB_CHECK(WriteFrame(fd, FrameType::kDone, "1.5").ok());
  return 0;
}

int PlaySession(const SessionTask& task, int fd) {
  if (task.part.exit_reasons) return PlayReasons(task, fd);
  if (task.part.profile) return PlayProfile(task, fd);
  std::string pace = task.config.pace;
  const std::string& play = task.config.emulator;
  const SessionPart& part = task.part;
  const uint32_t rounds = task.config.rounds;
  Results base;
  base.sessions.emplace_back();
  if (play == "die at once" ||
      (play == "die at once, once" && part.session_index == 0 &&
       mkdir(getenv("FIRST"), 0700) == 0)) {
    abort();
  }
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
  if (const absl::StatusOr<Pace> told = ReadPace(pace); told.ok()) {
    base.sessions[0].facts = {{"told", absl::StrCat(told->rounds_left)}};
  }
  EB_CHECK(WriteFrame(fd, FrameType::kSession, Serialize(base)).ok());
  if (play == "begin twice") {
    EB_CHECK(WriteFrame(fd, FrameType::kSession, Serialize(base)).ok());
  }
  if (play == "another case") Run(fd, "t/c");
  if (play == "too many rounds") {
    for (uint32_t i = 0; i < rounds; ++i) {
      EB_CHECK(WriteFrame(fd, FrameType::kRound, "0").ok());
    }
  }
  for (uint32_t round = part.round; round < rounds; ++round) {
    for (const CaseInstance& c :
         LeftOfRound(Instances(kRows), kSeed, part, round)) {
      RunOrEnd(play, fd, c.name, round);
      if (play == "error") {
        EB_CHECK(WriteFrame(fd, FrameType::kError, "no such luck").ok());
        return 1;
      }
      if (play == "garbage") {
        EB_CHECK(write(fd, "garbage, and more of it", 23) == 23);
        return 0;
      }
      if (play == "die between") return 3;
      if (play == "die and leave a child") {
        if (fork() == 0) {
          absl::SleepFor(absl::Seconds(8));
          _exit(0);
        }
        abort();
      }
      if (play == "hang between" && part.after.empty()) {
        for (;;) pause();
      }
    }
    EB_CHECK(
        WriteFrame(fd, FrameType::kRound, PaceAfterRound(play, pace)).ok());
  }
  if (play == "hang at the end") {
    for (;;) pause();
  }
  // Stands for the child of a probe that is stuck in the kernel.
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

struct Played {
  absl::StatusOr<GatheredResults> gathered;
  Results kept;  // What on_session last saw.
  std::vector<Progress> begun;
};

Played PlayConfig(const std::string& play, RunConfig config) {
  config.emulator = play;
  Results kept;
  std::vector<Progress> begun;
  RunCallbacks callbacks;
  callbacks.on_session = [&kept](const Results& so_far) {
    kept = so_far;
    return absl::OkStatus();
  };
  callbacks.on_progress = [&begun](const Progress& p) { begun.push_back(p); };
  absl::StatusOr<GatheredResults> gathered =
      RunSessions(config, Instances(kRows), callbacks);
  return {std::move(gathered), kept, begun};
}

RunConfig ShortConfig(uint32_t sessions, uint32_t rounds) {
  RunConfig config;
  config.sessions = sessions;
  config.rounds = rounds;
  config.seed = kSeed;
  config.time_limit = absl::Milliseconds(50);
  config.silence_slack = absl::Milliseconds(300);
  return config;
}

absl::StatusOr<GatheredResults> Play(const std::string& play,
                                     uint32_t sessions = 2,
                                     uint32_t rounds = 1) {
  return PlayConfig(play, ShortConfig(sessions, rounds)).gathered;
}

const CaseResult* FindCase(const Results& results, const std::string& name) {
  for (const CaseResult& c : results.cases) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

// "session round", in order.
std::vector<std::string> RunsOf(const CaseResult& result) {
  std::vector<std::string> runs;
  for (const ::exitbench::Run& run : result.runs) {
    runs.push_back(absl::StrCat(run.session, " ", run.round));
  }
  return runs;
}

using Texts = std::vector<std::string>;

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
// Returns how many rounds each session was told are left.
std::vector<std::string> RoundsTold(const std::string& play, absl::Time end) {
  Pace pace;
  pace.end = end;
  pace.rounds = 2;
  pace.rounds_left = pace.rounds_in_all = 4;
  pace.cases.push_back({.name = "t/a", .most_exits = 20, .seen_exits = 20});
  RunConfig config = ShortConfig(2, 2);
  config.pace = WritePace(pace);
  const absl::StatusOr<GatheredResults> gathered =
      PlayConfig(play, config).gathered;
  EXPECT_TRUE(gathered.ok()) << gathered.status();
  std::vector<std::string> told;
  if (!gathered.ok()) return told;
  for (const Session& session : gathered->results.sessions) {
    told.push_back(session.facts.at(0).value);
  }
  return told;
}

TEST(RunSessions, ThePaceGoesFromSessionToSession) {
  EXPECT_EQ(RoundsTold("", absl::Now() + absl::Hours(1)),
            (std::vector<std::string>{"4", "2"}));
}

// A guest may have taken over the session that reports it.
TEST(RunSessions, APaceThatCantBeIsNotTaken) {
  for (const char* play : {"pace of another end", "pace of more rounds",
                           "pace without cases", "garbled pace"}) {
    EXPECT_EQ(RoundsTold(play, absl::Now() + absl::Hours(1)),
              (std::vector<std::string>{"4", "4"}))
        << play;
  }
}

TEST(RunSessions, NoOtherSessionBeginsAfterTheBudget) {
  EXPECT_EQ(RoundsTold("", absl::Now()), std::vector<std::string>{"4"});
}

TEST(RunSessions, ASessionThatIsLongInBeginningIsWaitedFor) {
  const auto gathered = Play("begin late", 1);
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_EQ(gathered->results.cases.size(), 2u);
  EXPECT_FALSE(gathered->results.partial);
}

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

// A guest that took over its session could report anything.
TEST(RunSessions, WhatIsNotOneSessionIsRefused) {
  for (const char* play :
       {"done first", "run first", "begin twice", "two in one",
        "no session in it", "another case", "too many rounds"}) {
    const absl::Status status = Play(play, 1).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << play << ": " << status;
  }
}

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
  const auto gathered = RunSessions(config, Instances(kRows), {});
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
  auto gathered = RunSessions(config, Instances(kRows), {});
  ASSERT_TRUE(gathered.ok()) << gathered.status();
  EXPECT_TRUE(gathered->out_of_time);
  EXPECT_EQ(gathered->results.sessions.size(), 1u);
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  int fd = -1;
  absl::StatusOr<exitbench::SessionTask> task;
  for (int i = 1; i < argc; ++i) {
    absl::string_view word = argv[i];
    if (absl::ConsumePrefix(&word, "--session_fd=")) {
      EB_CHECK(absl::SimpleAtoi(word, &fd));
    } else if (absl::ConsumePrefix(&word, "--session_task=")) {
      task = exitbench::ReadTask(word);
      EB_CHECK(task.ok());
    }
  }
  if (fd >= 0) return exitbench::PlaySession(*task, fd);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
