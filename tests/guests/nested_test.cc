// Guests that are hypervisors: known-bad ones, in which another level handles
// an event than the row says. The kernel's counters and L1's own count must
// each notice.
#include <string>

#include "base/status_macros.h"
#include "cases/catalogue/catalogue.h"
#include "cases/support/x86_64/nested_svm.h"
#include "cases/support/x86_64/nested_vmx.h"
#include "gmock/gmock.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;

Case RowOf(absl::string_view name) {
  for (const CaseInstance& instance : AllCases()) {
    if (instance.name == name) return *instance.row;
  }
  ADD_FAILURE() << "there is no case " << name;
  return {};
}

class NestedTest : public KvmTest {
 protected:
  void SetUp() override {
    KvmTest::SetUp();
    if (IsSkipped()) return;
    svm_ = kSvmForGuests.offered(kvm());
    if (!svm_ && !kVmxForGuests.offered(kvm())) {
      GTEST_SKIP() << "SKIPPED, needs SVM or VMX for guests";
    }
  }

  CaseResult Run(const Case& row) {
    const CaseInstance instance = {&row, kKernelMode, std::string(row.name)};
    return RunCase(kvm(), instance, CalibratedSettings(100), tools_);
  }

  // The row of OUT that `level` handles, by the instruction set of this host.
  Case OutRow(TakenBy level) const {
    const std::string name = svm_ ? "nested/svm.out" : "nested/vmx.out";
    return RowOf(level == TakenBy::kL1 ? name : name + ".l0");
  }
  // The hook by which `level` handles OUT.
  absl::Status (*PrepareOut(TakenBy level) const)(Machine&) {
    return OutRow(level).prepare;
  }

  bool svm_ = false;
};

TEST_F(NestedTest, RunsAsTheRowsSay) {
  for (const TakenBy level : {TakenBy::kL1, TakenBy::kL0}) {
    const CaseResult result = Run(OutRow(level));
    EXPECT_EQ(result.outcome, Outcome::kOk) << result.reason;
    EXPECT_THAT(result.proof, HasSubstr("nested_run"));
  }
}

TEST_F(NestedTest, L0HandlesWhatL1ShouldHave) {
  Case row = OutRow(TakenBy::kL1);
  row.prepare = PrepareOut(TakenBy::kL0);
  // OUT then goes to userspace, which the row has nothing of.
  CaseResult result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("saw KVM_EXIT_IO out port 0x5e8"));
  EXPECT_TRUE(result.metrics.empty());
  row.expect.exit = OutRow(TakenBy::kL0).expect.exit;
  result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("L1 took 0 exits of L2"));
}

TEST_F(NestedTest, L1TakesWhatL0ShouldHave) {
  Case row = OutRow(TakenBy::kL0);
  row.prepare = PrepareOut(TakenBy::kL1);
  CaseResult result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("made 0 of KVM_EXIT_IO"));
  EXPECT_TRUE(result.metrics.empty());
  row.expect.exit = ExpectedExit();
  result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("exits of L2 with code"));
  EXPECT_THAT(result.reason, HasSubstr("expected 0"));
}

TEST_F(NestedTest, TheCountersNoticeWithoutL1sCount) {
  Case row = OutRow(TakenBy::kL0);
  row.prepare = PrepareOut(TakenBy::kL1);
  row.expect.exit = ExpectedExit();
  row.verify_batch = nullptr;
  const CaseResult result = Run(row);
  EXPECT_EQ(result.verdict, Verdict::kContradicted) << result.proof;
  EXPECT_THAT(result.reason, HasSubstr("nested_run moved by 100, claimed 0"));
}

template <bool kSvm>
absl::Status ExpectAnotherCode(Machine& machine) {
  EB_RETURN_IF_ERROR(kSvm ? PrepareSvm(machine, L2Event::kCpuid, TakenBy::kL1)
                          : PrepareVmx(machine, L2Event::kCpuid, TakenBy::kL1,
                                       Reentry::kVmresume));
  machine.parameters(0).args[kArgExitCode] = 1;
  return absl::OkStatus();
}

TEST_F(NestedTest, AnExitThatL1DoesNotExpectIsNamed) {
  Case row = OutRow(TakenBy::kL1);
  row.prepare = svm_ ? ExpectAnotherCode<true> : ExpectAnotherCode<false>;
  const CaseResult result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason,
              HasSubstr("made an exit that its L1 does not expect: code"));
  EXPECT_THAT(result.reason, HasSubstr(svm_ ? "code 0x72" : "code 0xa"));
}

// L1 takes no exit, so its stamps are none of this event.
TEST_F(NestedTest, StampsOfNoL1AreNotBelieved) {
  Case row = OutRow(TakenBy::kL0);
  row.stamps = Stamps::kNested;
  const CaseResult result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("L1's stamps of event"));
}

}  // namespace
}  // namespace exitbench
