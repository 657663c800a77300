// The probe finds out what can't run here, in time, and leaves the rest alone.
#include "harness/settings/probe.h"

#include <sys/resource.h>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;

absl::Status Die(Machine&) { abort(); }

absl::Status Refuse(Machine&) {
  return absl::UnimplementedError("no such thing here");
}

class ProbeTest : public KvmTest {
 protected:
  ProbeFindings Probe(const Case& row) {
    return ProbeCases(kvm(), {{&row, kUserMode, std::string(row.name)}});
  }
};

TEST_F(ProbeTest, AGuestThatRunsIsNoFinding) {
  EXPECT_TRUE(Probe({.name = "t/good",
                     .blob = &blobs::idle,
                     .host = {.probe = "never to be seen"}})
                  .empty());
}

// Page faults of the processes that ended; a probe runs in one of its own.
long FaultsOfChildren() {
  rusage usage;
  EXPECT_EQ(getrusage(RUSAGE_CHILDREN, &usage), 0);
  return usage.ru_minflt;
}

TEST_F(ProbeTest, ARowThatAsksForNoProbeIsNotRun) {
  const long before = FaultsOfChildren();
  EXPECT_TRUE(
      Probe({.name = "t/silent", .blob = &blobs::bad_never_exits}).empty());
  EXPECT_EQ(FaultsOfChildren(), before);
  EXPECT_FALSE(Probe({.name = "t/loud",
                      .blob = &blobs::bad_exception,
                      .host = {.probe = "no UD2 for guests"}})
                   .empty());
  EXPECT_GT(FaultsOfChildren(), before);
}

TEST_F(ProbeTest, AnExceptionIsAFindingWithWhatWasSeen) {
  ProbeFindings found = Probe({.name = "t/exception",
                               .blob = &blobs::bad_exception,
                               .host = {.probe = "no UD2 for guests"}});
  EXPECT_THAT(found["t/exception"],
              HasSubstr("no UD2 for guests (probe: the guest took #UD"));
}

TEST_F(ProbeTest, AGuestThatNeverEndsIsAFindingInTime) {
  const absl::Time start = absl::Now();
  ProbeFindings found = Probe({.name = "t/endless",
                               .blob = &blobs::bad_never_exits,
                               .host = {.probe = "endless"}});
  EXPECT_THAT(found["t/endless"], HasSubstr("endless (probe: no end within"));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST_F(ProbeTest, AProbeThatDiesTakesNobodyAlong) {
  ProbeFindings found = Probe({.name = "t/dies",
                               .blob = &blobs::idle,
                               .host = {.probe = "dangerous"},
                               .prepare = Die});
  EXPECT_THAT(found["t/dies"], HasSubstr("the probe died"));
}

TEST_F(ProbeTest, FindingsSkipTheCase) {
  const Case row = {.name = "t/refused",
                    .blob = &blobs::idle,
                    .host = {.probe = "not offered"},
                    .prepare = Refuse};
  const CaseInstance instance = {&row, kUserMode, "t/refused"};
  RunSettings settings = CalibratedSettings(10);
  settings.cannot_run = ProbeCases(kvm(), {instance});
  const CaseResult result = RunCase(kvm(), instance, settings, tools_);
  EXPECT_EQ(result.outcome, Outcome::kSkipped);
  EXPECT_EQ(result.reason, "not offered (probe: no such thing here)");
}

}  // namespace
}  // namespace exitbench
