// Exits counted by their reason, on hosts that have the tracepoint: what is
// right is proven, and an event that exits as often but by another reason is
// noticed.
#include "cases/arch/exit_reasons.h"

#include "cases/catalogue/catalogue.h"
#include "guest_blobs/payloads.h"
#include "harness/profile/count_reasons.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {
namespace {

class ExitReasonsTest : public KvmTest {
 protected:
  void SetUp() override {
    KvmTest::SetUp();
    if (IsSkipped()) return;
    const absl::Status may = CheckMayCountReasons(kvm());
    if (!may.ok()) GTEST_SKIP() << "SKIPPED: " << may.message();
  }

  absl::StatusOr<CaseResult> Count(const Case& row) {
    const CaseInstance instance = {&row, kKernelMode, std::string(row.name)};
    absl::StatusOr<ReasonCounter> counter =
        ReasonCounter::Open(kvm(), {instance});
    if (!counter.ok()) return counter.status();
    return counter->Count(kvm(), instance, CalibratedSettings(1000), tools_);
  }
};

Case Wbinvd(const ExitReasons& reasons) {
  return {
      .name = "t/wbinvd",
      .blob = &blobs::wbinvd,
      .expect = {.claims = {{.counter = "exits"}}, .exit_reasons = reasons}};
}

TEST_F(ExitReasonsTest, EachEventHasItsReason) {
  const absl::StatusOr<CaseResult> counted =
      Count(Wbinvd(Reasons(EXIT_REASON_WBINVD, SVM_EXIT_WBINVD)));
  ASSERT_TRUE(counted.ok()) << counted.status();
  EXPECT_EQ(counted->verdict, Verdict::kProven) << counted->proof;
  ASSERT_EQ(counted->exit_reasons.size(), 1u);
  EXPECT_EQ(counted->exit_reasons[0].events, kReasonEvents);
  EXPECT_EQ(counted->exit_reasons[0].exits, kReasonEvents);
  EXPECT_EQ(counted->exit_reasons[0].control_exits, 0);
}

TEST_F(ExitReasonsTest, AnotherReasonIsContradicted) {
  const absl::StatusOr<CaseResult> counted =
      Count(Wbinvd(Reasons(EXIT_REASON_CPUID, SVM_EXIT_CPUID)));
  ASSERT_TRUE(counted.ok()) << counted.status();
  EXPECT_EQ(counted->verdict, Verdict::kContradicted) << counted->proof;
  EXPECT_EQ(counted->exit_reasons[0].exits, 0);
}

TEST_F(ExitReasonsTest, TheDoorbellsAreTheControlsToo) {
  const Case row = {
      .name = "t/none",
      .blob = &blobs::nop,
      .expect = {
          .claims = {{.counter = "exits", .or_none = true}},
          .exit_reasons = Reasons(EXIT_REASON_IO_INSTRUCTION, SVM_EXIT_IOIO)}};
  const absl::StatusOr<CaseResult> counted = Count(row);
  ASSERT_TRUE(counted.ok()) << counted.status();
  EXPECT_EQ(counted->exit_reasons[0].exits, 0);
  EXPECT_GT(counted->exit_reasons[0].control_exits, 0);
}

TEST_F(ExitReasonsTest, ARowWithoutAReasonIsNotRun) {
  const Case row = {.name = "t/none", .blob = &blobs::nop};
  EXPECT_TRUE(absl::IsNotFound(Count(row).status()));
}

}  // namespace
}  // namespace exitbench
