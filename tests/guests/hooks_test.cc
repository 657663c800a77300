// Hooks of cases and claims of host loops: what did not happen is FAILED.
#include "cases/support/notify.h"
#include "cases/x86_64/exits.h"
#include "gmock/gmock.h"
#include "guest_blobs/payloads.h"
#include "guest_blobs/x86_64/abi.h"
#include "tests/guests/kvm_test_base.h"

namespace exitbench {
namespace {

using ::testing::HasSubstr;

absl::Status BindElsewhere(Machine& machine) {
  machine.parameters(0).args[0] = kNotifyValue;
  return BindEventfd(machine, EB_OTHER_PORT, 4, KVM_IOEVENTFD_FLAG_PIO, 0);
}
absl::Status CoalesceElsewhere(Machine& machine) {
  machine.parameters(0).args[0] = kNotifyValue;
  return Coalesce(machine, EB_OTHER_PORT, true);
}
absl::Status ExpectEntries(Machine& machine, uint32_t events) {
  return ExpectCoalesced(machine, EB_OTHER_PORT, events);
}
class HooksTest : public KvmTest {
 protected:
  CaseResult Run(const Case& row) {
    const RunSettings settings = CalibratedSettings(40);
    return RunCase(kvm(), {&row, kUserMode, std::string(row.name)}, settings,
                   tools_);
  }
};

TEST_F(HooksTest, AnEventfdThatIsNotSignalledFails) {
  const CaseResult result =
      Run({.name = "t/no_signal",
           .blob = &blobs::pio_notify,
           .expect = {.exit = PioOut(EB_EVENT_PORT, 4), .verifies = "signals"},
           .prepare = BindElsewhere,
           .verify_batch = ExpectSignals});
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("made 0 signals"));
  EXPECT_TRUE(result.metrics.empty());
}

TEST_F(HooksTest, AnEmptyCoalescedRingFails) {
  const CaseResult result =
      Run({.name = "t/no_entries",
           .blob = &blobs::pio_notify,
           .expect = {.exit = PioOut(EB_EVENT_PORT, 4), .verifies = "entries"},
           .prepare = CoalesceElsewhere,
           .verify_batch = ExpectEntries});
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("left 0 entries"));
}

TEST_F(HooksTest, AWindowOfAddressesHasAnEnd) {
  // The payload's second store is beyond the window.
  const Case row = {.name = "t/window",
                    .blob = &blobs::touch_write,
                    .expect = {.exit = MmioWriteWithin(EB_MMIO_GPA, 4096, 1)},
                    .prepare = [](Machine& machine) {
                      machine.parameters(0).args[0] = EB_MMIO_GPA;
                      machine.parameters(0).args[1] = 4096;
                      return absl::OkStatus();
                    }};
  const CaseResult result = Run(row);
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("saw KVM_EXIT_MMIO write gpa"));
}

TEST_F(HooksTest, AHostLoopThatLiesIsContradicted) {
  // The payload rings the doorbell; it never halts.
  const Case row = {
      .name = "t/halts",
      .host_loop = {.timed =
                        [](Machine& machine) { return machine.vcpu().Run(); }},
      .expect = {.claims = {{.counter = "halt_exits"}}}};
  const CaseResult result = Run(row);
  EXPECT_EQ(result.verdict, Verdict::kContradicted) << result.proof;
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_TRUE(result.metrics.empty());
}

}  // namespace
}  // namespace exitbench
