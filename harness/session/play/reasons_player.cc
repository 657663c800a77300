#include <cstdlib>

#include "base/check.h"
#include "harness/plan/round_order.h"
#include "harness/session/frames.h"
#include "harness/session/play/play.h"
#include "harness/session/play/players.h"
#include "results/file/proto_io.h"

namespace exitbench {

int PlayReasons(const SessionTask& task, int fd) {
  const std::string& play = task.config.emulator;
  for (const CaseInstance& c :
       Without(Instances(kPlayedRows), task.part.without)) {
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

}  // namespace exitbench
