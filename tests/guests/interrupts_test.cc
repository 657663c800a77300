// Several vCPUs and the service thread: interrupts that get lost must end in
// TIMEOUT with the state of all vCPUs, within the limit; what goes wrong beside
// vCPU 0 must be heard of at once; all threads are gone afterwards.
#include "cases/support/x86_64/interrupts.h"

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/cpus.h"
#include "cases/catalogue/catalogue.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "tests/guests/kvm_test_base.h"
#include "tests/guests/threads_left.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

absl::Status Start(Machine& machine) {
  return StartApics(machine, ApicMode::kX2apic);
}

absl::Status StartWithIrqfd(Machine& machine) {
  absl::Status status = StartApics(machine, ApicMode::kX2apic);
  if (!status.ok()) return status;
  return MakeIrqfd(machine);
}

class InterruptsTest : public KvmTest {
 protected:
  // On the CPUs that this process has; `.together` needs one only.
  CaseResult Run(const Case& row, GuestMode mode, absl::Duration limit,
                 uint32_t events = 50) {
    RunSettings settings = CalibratedSettings(events);
    settings.config.time_limit = limit;
    settings.config.cpus = CpuSet::OfThisThread()->Numbers();
    const ThreadsLeft threads_left;
    const CaseInstance instance = {&row, mode, std::string(row.name)};
    const absl::Time start = absl::Now();
    const CaseResult result = RunCase(kvm(), instance, settings, tools_);
    took_ = absl::Now() - start;
    EXPECT_THAT(threads_left.Get(), IsEmpty());
    return result;
  }

  absl::Duration took_;
};

constexpr VmShape kTwoVcpus = {
    .vcpus = 2, .secondary_mode = kKernelMode, .irqchip = true};

TEST_F(InterruptsTest, MaskedIpiTimesOutWithBothVcpusState) {
  const Case row = {.name = "bad/masked",
                    .blob = &blobs::bad_ipi_masked,
                    .shape = kTwoVcpus,
                    .prepare = Start,
                    .place = Place::kTogether};
  const CaseResult result = Run(row, kKernelMode, absl::Milliseconds(500));
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
  EXPECT_THAT(result.reason, HasSubstr("no end within 500ms"));
  EXPECT_THAT(
      result.reason,
      ContainsRegex("vCPU 0: rip 0x400[0-9a-f]+, ring 0, interrupts on, "
                    "runnable"));
  EXPECT_THAT(result.reason,
              ContainsRegex("vCPU 1: rip 0x400[0-9a-f]+, ring 0, interrupts "
                            "off.*APIC requested 0x40, in service none"));
  EXPECT_TRUE(result.metrics.empty());
  EXPECT_LT(took_, absl::Seconds(5));
}

TEST_F(InterruptsTest, IpiNeverSentTimesOutWithNothingPending) {
  const Case row = {.name = "bad/never_sent",
                    .blob = &blobs::bad_ipi_never_sent,
                    .shape = kTwoVcpus,
                    .prepare = Start,
                    .place = Place::kTogether};
  const CaseResult result = Run(row, kUserMode, absl::Milliseconds(500));
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
  EXPECT_THAT(result.reason,
              ContainsRegex("vCPU 0: rip 0x400[0-9a-f]+, ring 3"));
  EXPECT_THAT(result.reason, ContainsRegex("vCPU 1: .*ring 0, interrupts on, "
                                           "halted, APIC requested none"));
  EXPECT_LT(took_, absl::Seconds(5));
}

TEST_F(InterruptsTest, InterruptFromTheServiceThreadNeverTakenTimesOut) {
  const Case row = {.name = "bad/no_answer",
                    .blob = &blobs::bad_no_answer,
                    .shape = {.irqchip = true},
                    .prepare = StartWithIrqfd,
                    .stamps = Stamps::kHandler,
                    .place = Place::kTogether,
                    .service = {.serve = ServeByIrqfd, .acknowledged = true}};
  const CaseResult result = Run(row, kKernelMode, absl::Milliseconds(500));
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
  EXPECT_THAT(result.reason, HasSubstr("interrupts off"));
  EXPECT_THAT(result.reason, HasSubstr("APIC requested 0x50"));
  EXPECT_THAT(result.reason, HasSubstr("counted 1 and 0"));
}

// Answers, and is then away for longer than the time limit.
const char* AnswerAndSleep(Machine& machine, uint64_t number) {
  const char* failed = ServeByMailbox(machine, number);
  absl::SleepFor(absl::Seconds(2));
  return failed;
}

TEST_F(InterruptsTest, ServiceThreadThatDoesNotComeBackTimesOut) {
  const Case row = {.name = "bad/away",
                    .blob = &blobs::doorbell_poll,
                    .place = Place::kTogether,
                    .service = {.serve = AnswerAndSleep}};
  const CaseResult result = Run(row, kUserMode, absl::Milliseconds(500), 1);
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
  EXPECT_THAT(result.reason,
              HasSubstr("the service thread has answered 0 of 1 calls within "
                        "500ms (vCPU 0: rip 0x400"));
}

const char* FailToAnswer(Machine&, uint64_t) {
  errno = ENOSPC;
  return "write to nowhere";
}

TEST_F(InterruptsTest, AnswerThatFailsIsHeardOfAtOnce) {
  const Case row = {.name = "bad/answer",
                    .blob = &blobs::doorbell_poll,
                    .place = Place::kTogether,
                    .service = {.serve = FailToAnswer}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(30));
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.reason;
  EXPECT_THAT(result.reason,
              HasSubstr("write to nowhere: No space left on device"));
  EXPECT_LT(took_, absl::Seconds(10));
}

TEST_F(InterruptsTest, FaultOfAnotherVcpuIsHeardOfAtOnce) {
  const Case row = {.name = "bad/side_fault",
                    .blob = &blobs::bad_secondary_fault,
                    .shape = kTwoVcpus,
                    .prepare = Start,
                    .place = Place::kTogether};
  const CaseResult result = Run(row, kKernelMode, absl::Seconds(30));
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.reason;
  EXPECT_THAT(result.reason,
              ContainsRegex("vCPU 1: .*#UD.*rip 0x400[0-9a-f]+"));
  EXPECT_LT(took_, absl::Seconds(10));
}

TEST_F(InterruptsTest, TooFewCpusIsSkippedWithTheNumbers) {
  const Case row = {.name = "bad/many",
                    .blob = &blobs::ipi_x2apic,
                    .shape = {.vcpus = EB_MAX_VCPUS, .irqchip = true},
                    .prepare = Start,
                    .place = Place::kApart};
  RunSettings settings = CalibratedSettings(50);
  settings.config.cpus = {0};
  const CaseInstance instance = {&row, kKernelMode, std::string(row.name)};
  const CaseResult result = RunCase(kvm(), instance, settings, tools_);
  EXPECT_EQ(result.outcome, Outcome::kSkipped);
  EXPECT_EQ(result.reason, "needs 16 CPUs to pin to, has 1");
}

TEST_F(InterruptsTest, EveryIpiSentIsReceivedAndCountedByTheKernel) {
  for (const CaseInstance& instance : AllCases()) {
    if (instance.name != "ipi/halted.x2apic.together") continue;
    const CaseResult result =
        Run(*instance.row, instance.mode, absl::Seconds(20), 100);
    ASSERT_EQ(result.outcome, Outcome::kOk) << result.reason;
    EXPECT_EQ(result.verdict, Verdict::kProven);
    EXPECT_THAT(result.proof,
                HasSubstr("100 interrupts sent, as many counted"));
    EXPECT_THAT(result.proof, HasSubstr("halt_exits +"));
    return;
  }
  FAIL() << "no such case";
}

}  // namespace
}  // namespace exitbench
