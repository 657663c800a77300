#include <unistd.h>

#include <cstdlib>

#include "base/check.h"
#include "harness/plan/round_order.h"
#include "harness/session/frames.h"
#include "harness/session/play/play.h"
#include "harness/session/play/players.h"
#include "profile/file/profile_bytes.h"
#include "profile/model/profile.h"
#include "results/file/proto_io.h"

namespace exitbench {

int PlayProfile(const SessionTask& task, int fd) {
  const std::string& play = task.config.emulator;
  for (const CaseInstance& c :
       Without(Instances(kPlayedRows), task.part.without)) {
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

}  // namespace exitbench
