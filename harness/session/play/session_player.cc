#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/check.h"
#include "harness/plan/pace.h"
#include "harness/plan/round_order.h"
#include "harness/session/frames.h"
#include "harness/session/play/play.h"
#include "harness/session/play/players.h"
#include "results/file/proto_io.h"

namespace exitbench {
namespace {

void RunCaseOnce(int fd, const std::string& name, uint32_t round = 0) {
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
  RunCaseOnce(fd, name, round);
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

}  // namespace

CaseResult OneRun(const std::string& name) {
  CaseResult c;
  c.name = name;
  c.code_hash = std::string("1");
  for (const CaseInstance& instance : Instances(kPlayedRows)) {
    if (instance.name == name) c.code_hash = CodeHash(instance);
  }
  c.outcome = Outcome::kOk;
  c.runs.emplace_back();
  return c;
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
  if (play == "run first") RunCaseOnce(fd, "t/b");
  if (const absl::StatusOr<Pace> told = ReadPace(pace); told.ok()) {
    base.sessions[0].facts = {{"told", absl::StrCat(told->rounds_left)}};
  }
  EB_CHECK(WriteFrame(fd, FrameType::kSession, Serialize(base)).ok());
  if (play == "begin twice") {
    EB_CHECK(WriteFrame(fd, FrameType::kSession, Serialize(base)).ok());
  }
  if (play == "another case") RunCaseOnce(fd, "t/c");
  if (play == "too many rounds") {
    for (uint32_t i = 0; i < rounds; ++i) {
      EB_CHECK(WriteFrame(fd, FrameType::kRound, "0").ok());
    }
  }
  for (uint32_t round = part.round; round < rounds; ++round) {
    for (const CaseInstance& c :
         LeftOfRound(Instances(kPlayedRows), kPlayedSeed, part, round)) {
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

}  // namespace exitbench
