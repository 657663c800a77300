// pv/hyperv_stimer_* against guests whose synthetic timer does not do what the
// case says. An emulated host runs it too.
#include "base/status_macros.h"
#include "gmock/gmock.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"
#include "tests/guests/changed_row.h"
#include "vmm/x86_64/registers.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

constexpr uint32_t kTimers = 20;
constexpr char kLatency[] = "pv/hyperv_stimer_latency.halted";
constexpr char kSet[] = "pv/hyperv_stimer_set";
constexpr absl::Duration kLimit = absl::Seconds(2);

// EB_MESSAGE_PAGE of guest_blobs/x86_64/include/bad_stimer.inc.
constexpr uint64_t kMessagePage = EB_DATA_GPA + 0x1000;
constexpr uint32_t kScontrol = 0x40000080;
constexpr uint32_t kSimp = 0x40000083;
constexpr uint64_t kEnabled = 1;

// Has `guest` get messages, as well as what the row prepares.
void SendMessages(Case& row, const GuestBlob& guest) {
  static absl::Status (*prepare)(Machine&);
  prepare = row.prepare;
  row.blob = &guest;
  row.prepare = [](Machine& machine) {
    EB_RETURN_IF_ERROR(prepare(machine));
    EB_RETURN_IF_ERROR(SetMsr(machine.vcpu(), kSimp, kMessagePage | kEnabled));
    return SetMsr(machine.vcpu(), kScontrol, kEnabled);
  };
}

class HyperVTimerTest : public ChangedRowTest {
 protected:
  void SetUp() override {
    ChangedRowTest::SetUp();
    if (!IsSkipped()) NeedsCase(kLatency, kTimers);
  }

  // Returns the reason for which it ended with `outcome`.
  std::string Reason(Outcome outcome, const char* name, void (*change)(Case&)) {
    const CaseResult result = RunChanged(name, kTimers, kLimit, change);
    EXPECT_EQ(result.outcome, outcome) << result.reason << result.proof;
    EXPECT_TRUE(result.metrics.empty());
    // The limit, and calibration, which comes first.
    EXPECT_LT(took_, kLimit + absl::Seconds(5));
    return result.reason;
  }
};

TEST_F(HyperVTimerTest, ATimerThatIsNeverSetTimesOutWithNothingPending) {
  EXPECT_THAT(Reason(Outcome::kTimeout, kLatency,
                     [](Case& row) { row.blob = &blobs::bad_stimer_unarmed; }),
              ContainsRegex("no end within 2s.*rip 0x400[0-9a-f]+, ring 0, "
                            "interrupts on, halted, APIC requested none, in "
                            "service none, counted 0 and 0"));
}

TEST_F(HyperVTimerTest, AnInterruptThatIsNeverEndedIsTheLast) {
  EXPECT_THAT(Reason(Outcome::kTimeout, kLatency,
                     [](Case& row) { row.blob = &blobs::bad_stimer_no_eoi; }),
              ContainsRegex("no end within 2s.*APIC requested 0x50, in service "
                            "0x50, counted 0 and 1"));
}

TEST_F(HyperVTimerTest, AMessageThatIsNeverTakenIsTheLast) {
  EXPECT_THAT(
      Reason(Outcome::kTimeout, kLatency,
             [](Case& row) { SendMessages(row, blobs::bad_stimer_not_taken); }),
      ContainsRegex("no end within 2s.*APIC requested none, in service "
                    "none, counted 0 and 1"));
}

TEST_F(HyperVTimerTest, InterruptsByMessageFail) {
  EXPECT_THAT(
      Reason(
          Outcome::kFailed, kLatency,
          [](Case& row) { SendMessages(row, blobs::bad_stimer_by_message); }),
      ContainsRegex("the guest left the timer with config 0x2000[89], in "
                    "direct mode it is 0x1508"));
}

TEST_F(HyperVTimerTest, AGuestThatEnablesMessagesItselfExits) {
  EXPECT_THAT(Reason(Outcome::kFailed, kSet,
                     [](Case& row) {
                       row.before_batch = [](Machine& machine, uint32_t) {
                         machine.parameters(0).args[0] = kScontrol;
                         machine.parameters(0).args[1] = kEnabled;
                         return absl::OkStatus();
                       };
                     }),
              HasSubstr("expected no exit to userspace, saw KVM_EXIT_HYPERV"));
}

TEST_F(HyperVTimerTest, AnotherVectorFails) {
  EXPECT_THAT(
      Reason(Outcome::kFailed, kLatency,
             [](Case& row) { row.blob = &blobs::bad_stimer_other_vector; }),
      ContainsRegex("the guest took vector 81.*at rip 0x400[0-9a-f]+"));
}

TEST_F(HyperVTimerTest, ATimerThatIsOnlyReadIsNotSet) {
  EXPECT_THAT(Reason(Outcome::kFailed, kSet,
                     [](Case& row) { row.blob = &blobs::rdmsr; }),
              HasSubstr("left the timer with config 0x1508 and count 0"));
}

TEST_F(HyperVTimerTest, ATimerThatIsSetForAnotherTimeFails) {
  EXPECT_THAT(Reason(Outcome::kFailed, kSet,
                     [](Case& row) {
                       row.before_batch = [](Machine& machine, uint32_t) {
                         machine.parameters(0).args[1] /= 2;
                         return absl::OkStatus();
                       };
                     }),
              ContainsRegex("left the timer with config 0x1509 and count "
                            "0x800000000000000\\b"));
}

}  // namespace
}  // namespace exitbench
