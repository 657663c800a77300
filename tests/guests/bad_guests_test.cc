// Payloads that do wrong: each must end in FAILED or TIMEOUT, with what was
// seen and where, within its time limit, and nothing reported as measured.
#include "absl/time/clock.h"
#include "cases/catalogue/catalogue.h"
#include "cases/x86_64/exits.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class BadGuestsTest : public KvmTest {
 protected:
  CaseResult Run(const Case& row, GuestMode mode, absl::Duration limit) {
    RunSettings settings = CalibratedSettings(100);
    settings.config.time_limit = limit;
    const CaseInstance instance = {&row, mode, std::string(row.name)};
    return RunCase(kvm(), instance, settings, tools_);
  }

  static void ExpectNothingMeasured(const CaseResult& result) {
    EXPECT_TRUE(result.metrics.empty());
  }
};

TEST_F(BadGuestsTest, WrongPortFailsInBothRings) {
  const Case row = {.name = "bad/wrong_port",
                    .blob = &blobs::bad_wrong_port,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)}};
  for (GuestMode mode : kGuestModes) {
    const CaseResult result = Run(row, mode, absl::Seconds(5));
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_THAT(result.reason,
                HasSubstr("expected KVM_EXIT_IO out port 0x5e8"));
    EXPECT_THAT(result.reason, HasSubstr("saw KVM_EXIT_IO out port 0x5f0"));
    EXPECT_THAT(result.reason, ContainsRegex("rip 0x400[0-9a-f]+"));
    ExpectNothingMeasured(result);
  }
}

TEST_F(BadGuestsTest, WrongDirectionFails) {
  const Case row = {.name = "bad/direction",
                    .blob = &blobs::pio_in,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("saw KVM_EXIT_IO in port 0x5e8"));
}

TEST_F(BadGuestsTest, WrongSizeFails) {
  const Case row = {.name = "bad/size",
                    .blob = &blobs::mmio_write,
                    .expect = {.exit = MmioWrite(EB_MMIO_GPA, 8)}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("size 4"));
}

TEST_F(BadGuestsTest, ExitWhereNoneIsExpectedFails) {
  const Case row = {.name = "bad/unexpected", .blob = &blobs::pio_out};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("expected no exit to userspace"));
}

TEST_F(BadGuestsTest, MissingExitFails) {
  const Case row = {.name = "bad/missing",
                    .blob = &blobs::idle,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("made 0 of KVM_EXIT_IO"));
}

TEST_F(BadGuestsTest, TripleFaultFails) {
  const Case row = {.name = "bad/triple_fault",
                    .blob = &blobs::bad_triple_fault,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)}};
  const CaseResult result = Run(row, kKernelMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("KVM_EXIT_SHUTDOWN"));
  EXPECT_THAT(result.reason, HasSubstr("rip 0x"));
  ExpectNothingMeasured(result);
}

TEST_F(BadGuestsTest, ExceptionFailsWithVectorAndRip) {
  const Case row = {.name = "bad/exception", .blob = &blobs::bad_exception};
  for (GuestMode mode : kGuestModes) {
    const CaseResult result = Run(row, mode, absl::Seconds(5));
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_THAT(result.reason, ContainsRegex("#UD.*rip 0x400[0-9a-f]+"));
  }
}

TEST_F(BadGuestsTest, NeverExitingTimesOutWithinItsLimit) {
  const Case row = {.name = "bad/never_exits",
                    .blob = &blobs::bad_never_exits,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)}};
  for (GuestMode mode : kGuestModes) {
    const absl::Time start = absl::Now();
    const CaseResult result = Run(row, mode, absl::Milliseconds(300));
    EXPECT_EQ(result.outcome, Outcome::kTimeout);
    EXPECT_THAT(result.reason, ContainsRegex("300ms.*rip 0x400[0-9a-f]+"));
    // The limit, and calibration, which Run() does first.
    EXPECT_LT(absl::Now() - start, absl::Seconds(5));
    ExpectNothingMeasured(result);
  }
}

TEST_F(BadGuestsTest, AStormOfExitsEndsAtTheBatch) {
  const Case row = {.name = "bad/storm",
                    .blob = &blobs::bad_exit_storm,
                    .expect = {.exit = PioOut(EB_EVENT_PORT, 1)}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("more exits than events"));
  ExpectNothingMeasured(result);
}

TEST_F(BadGuestsTest, WhatTheGuestWritesIsNotBelieved) {
  for (const GuestBlob* blob : {&blobs::bad_wild_writes, &blobs::bad_no_stamps,
                                &blobs::bad_rising_stamps}) {
    const Case row = {.name = "bad/stamps", .blob = blob};
    const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
    EXPECT_EQ(result.outcome, Outcome::kFailed) << blob->name;
    EXPECT_THAT(result.reason, HasSubstr("stamps")) << blob->name;
    ExpectNothingMeasured(result);
  }
}

TEST_F(BadGuestsTest, AJumpOutOfMemoryFails) {
  const Case row = {.name = "bad/jump", .blob = &blobs::bad_jump_outside};
  for (GuestMode mode : kGuestModes) {
    const CaseResult result = Run(row, mode, absl::Seconds(2));
    EXPECT_NE(result.outcome, Outcome::kOk) << result.reason;
    EXPECT_NE(result.outcome, Outcome::kSkipped) << result.reason;
    EXPECT_THAT(result.reason, HasSubstr("rip 0x"));
    ExpectNothingMeasured(result);
  }
}

TEST_F(BadGuestsTest, WrongClaimIsContradicted) {
  // A port I/O payload whose row claims MMIO by the kernel's counter.
  const Case mmio = {.name = "bad/claims_mmio",
                     .blob = &blobs::pio_out,
                     .expect = {.exit = PioOut(EB_EVENT_PORT, 1),
                                .claims = {{.counter = "mmio_exits"}}}};
  const CaseResult result = Run(mmio, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.verdict, Verdict::kContradicted) << result.proof;
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("mmio_exits moved by 0, claimed 100"));
  ExpectNothingMeasured(result);
}

TEST_F(BadGuestsTest, ClaimOfAnExitWhereNoneHappensIsContradicted) {
  const Case row = {.name = "bad/claims_exit",
                    .blob = &blobs::idle,
                    .expect = {.claims = {{.counter = "exits"}}}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.verdict, Verdict::kContradicted) << result.proof;
  EXPECT_EQ(result.outcome, Outcome::kFailed);
}

TEST_F(BadGuestsTest, ClaimOfOneAndAHalfExitsIsContradicted) {
  const Case row = {
      .name = "bad/claims_half",
      .blob = &blobs::pio_out,
      .expect = {.exit = PioOut(EB_EVENT_PORT, 1),
                 .claims = {{.counter = "exits", .per_event = 1.5}}}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.verdict, Verdict::kContradicted) << result.proof;
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  ExpectNothingMeasured(result);
}

// The event is in a block of its own here, which leaves no mark: nothing but
// the counter could tell that it happened.
TEST_F(BadGuestsTest, AnEventThatLeavesNoMarkIsNotConfirmed) {
  const Case row = {.name = "bad/no_mark",
                    .blob = &blobs::quantum,
                    .expect = {.claims = {{.counter = "exits"}}},
                    .prepare = [](Machine& machine) {
                      machine.parameters(0).args[0] = 10;
                      return absl::OkStatus();
                    }};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.verdict, Verdict::kContradicted) << result.proof;
}

// An instruction that was executed and does not exit is a finding.
TEST_F(BadGuestsTest, AMarkedEventThatExitsOtherwiseIsUnexpected) {
  if (!HasCounters()) GTEST_SKIP() << "SKIPPED, needs kernel counters";
  const Case row = {
      .name = "bad/claims_three",
      .blob = &blobs::nop,
      .expect = {.claims = {{.counter = "exits", .per_event = 3}}}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kOk) << result.reason;
  EXPECT_EQ(result.unexpected, (std::vector<Unexpected>{{"exits", 0, 3, 3}}));
  EXPECT_THAT(result.proof, HasSubstr("the guest got past the event in 20"));
}

TEST_F(BadGuestsTest, StrictExpectationsFailWhatIsUnexpected) {
  if (!HasCounters()) GTEST_SKIP() << "SKIPPED, needs kernel counters";
  const Case row = {
      .name = "bad/strict",
      .blob = &blobs::nop,
      .expect = {.claims = {{.counter = "exits", .per_event = 3}}}};
  const CaseInstance instance = {&row, kUserMode, "bad/strict.ring3", nullptr};
  RunSettings settings = CalibratedSettings(100);
  settings.config.strict_expectations = true;
  const CaseResult result = RunCase(kvm(), instance, settings, tools_);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason,
              HasSubstr("unexpected: exits 0 per event, expected 3"));
  ExpectNothingMeasured(result);
}

}  // namespace
}  // namespace exitbench
