// VMs of arm64 and payloads that do wrong in them: each must end in FAILED or
// TIMEOUT, with what was seen and where, and nothing reported as measured.
#include "base/cpus.h"
#include "cases/catalogue/catalogue.h"
#include "gmock/gmock.h"
#include "guest_blobs/arm64/abi.h"
#include "guest_blobs/bad_payloads.h"
#include "guest_blobs/payloads.h"
#include "tests/guests/kvm_test_base.h"
#include "vmm/arch_guest.h"
#include "vmm/arm64/arm_uapi.h"
#include "vmm/arm64/registers.h"

namespace exitbench {
namespace {

using ::testing::ContainsRegex;
using ::testing::HasSubstr;

class ArmGuestsTest : public KvmTest {
 protected:
  CaseResult Run(const Case& row, GuestMode mode, absl::Duration limit) {
    RunSettings settings = CalibratedSettings(100);
    settings.config.time_limit = limit;
    settings.config.cpus = CpuSet::OfThisThread()->Numbers();
    const CaseInstance instance = {&row, mode, std::string(row.name)};
    const CaseResult result = RunCase(kvm(), instance, settings, tools_);
    EXPECT_TRUE(result.metrics.empty()) << result.name;
    return result;
  }
};

TEST_F(ArmGuestsTest, AWrongAddressFailsInBothModes) {
  const Case row = {.name = "bad/wrong_address",
                    .blob = &blobs::bad_wrong_address,
                    .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4)}};
  for (GuestMode mode : kGuestModes) {
    const CaseResult result = Run(row, mode, absl::Seconds(5));
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_THAT(result.reason,
                HasSubstr("expected KVM_EXIT_MMIO write gpa 0xd0000000"));
    EXPECT_THAT(result.reason,
                HasSubstr("saw KVM_EXIT_MMIO write gpa 0xf0010000 size 4"));
    EXPECT_THAT(result.reason, ContainsRegex("pc 0x400[0-9a-f]+"));
  }
}

TEST_F(ArmGuestsTest, AnExceptionFailsWithItsClassAndPc) {
  const Case row = {.name = "bad/exception", .blob = &blobs::bad_exception};
  CaseResult result = Run(row, kKernelMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason,
              ContainsRegex("undefined instruction.*in EL1 at pc 0x400"));
  result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason,
              ContainsRegex("undefined instruction.*in EL0 at pc 0x400"));
}

TEST_F(ArmGuestsTest, AJumpOutOfMemoryFails) {
  const Case row = {.name = "bad/jump", .blob = &blobs::bad_jump_outside};
  for (GuestMode mode : kGuestModes) {
    const CaseResult result = Run(row, mode, absl::Seconds(5));
    EXPECT_EQ(result.outcome, Outcome::kFailed);
    EXPECT_THAT(result.reason,
                ContainsRegex("instruction abort.*at pc 0xd0000000"));
  }
}

TEST_F(ArmGuestsTest, WhatTheGuestWritesIsNotBelieved) {
  for (const GuestBlob* blob : {&blobs::bad_wild_writes, &blobs::bad_no_stamps,
                                &blobs::bad_rising_stamps}) {
    const Case row = {.name = "bad/stamps", .blob = blob};
    const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
    EXPECT_EQ(result.outcome, Outcome::kFailed) << blob->name;
    EXPECT_THAT(result.reason, HasSubstr("stamps")) << blob->name;
  }
}

TEST_F(ArmGuestsTest, AStormOfExitsEndsAtTheBatch) {
  const Case row = {.name = "bad/storm",
                    .blob = &blobs::bad_exit_storm,
                    .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4)}};
  const CaseResult result = Run(row, kUserMode, absl::Seconds(5));
  EXPECT_EQ(result.outcome, Outcome::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("more exits than events"));
}

TEST_F(ArmGuestsTest, WhatNeverExitsTimesOut) {
  const Case row = {.name = "bad/never_exits",
                    .blob = &blobs::bad_never_exits,
                    .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4)}};
  for (GuestMode mode : kGuestModes) {
    const CaseResult result = Run(row, mode, absl::Milliseconds(300));
    EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
    EXPECT_THAT(result.reason, ContainsRegex("300ms.*pc 0x400[0-9a-f]+"));
  }
}

constexpr VmShape kTwoVcpus = {.vcpus = 2, .secondary_mode = kKernelMode};

TEST_F(ArmGuestsTest, AFaultOfAnotherVcpuIsHeardOf) {
  const Case row = {.name = "bad/side_fault",
                    .blob = &blobs::bad_secondary_fault,
                    .shape = kTwoVcpus,
                    .place = Place::kTogether};
  const CaseResult result = Run(row, kKernelMode, absl::Seconds(30));
  EXPECT_EQ(result.outcome, Outcome::kFailed) << result.reason;
  EXPECT_THAT(result.reason,
              ContainsRegex("vCPU 1: .*undefined instruction.*in EL1 at pc "
                            "0x400[0-9a-f]+"));
}

TEST_F(ArmGuestsTest, AnIpiThatIsNeverSentTimesOutWithBothVcpusState) {
  const Case row = {.name = "bad/never_sent",
                    .blob = &blobs::bad_ipi_never_sent,
                    .shape = kTwoVcpus,
                    .place = Place::kTogether};
  const CaseResult result = Run(row, kUserMode, absl::Milliseconds(500));
  EXPECT_EQ(result.outcome, Outcome::kTimeout) << result.reason;
  EXPECT_THAT(result.reason, ContainsRegex("vCPU 0: pc 0x400[0-9a-f]+, EL0"));
  EXPECT_THAT(result.reason,
              ContainsRegex("vCPU 1: pc 0x400[0-9a-f]+, EL1, interrupts on"));
}

TEST_F(ArmGuestsTest, AVmHasAVgicUnlessItIsToHaveNone) {
  for (bool none : {false, true}) {
    absl::StatusOr<Machine> machine =
        Machine::Create(kvm(), {.vcpus = 2, .no_irqchip = none}, kKernelMode,
                        blobs::doorbell.event[2]);
    ASSERT_TRUE(machine.ok()) << machine.status();
    EXPECT_EQ(machine->vm().device(KVM_DEV_TYPE_ARM_VGIC_V3) >= 0, !none);
    machine->parameters(0).events = 1;
    ASSERT_EQ(machine->vcpu().Run(), 0);
    EXPECT_EQ(machine->vcpu().run().mmio.phys_addr, uint64_t{EB_DOORBELL_GPA});
  }
}

TEST_F(ArmGuestsTest, SecondaryVcpusRunUnlessTheyAreToBeOff) {
  constexpr uint32_t kOff = 1u << KVM_ARM_VCPU_POWER_OFF;
  for (uint32_t features : {0u, kOff}) {
    absl::StatusOr<Machine> machine =
        Machine::Create(kvm(), {.vcpus = 2, .vcpu_features = features},
                        kKernelMode, blobs::doorbell.event[2]);
    ASSERT_TRUE(machine.ok()) << machine.status();
    EXPECT_EQ(*machine->vcpu(0).GetMpState(), uint32_t{KVM_MP_STATE_RUNNABLE});
    EXPECT_EQ(*machine->vcpu(1).GetMpState(),
              features == 0 ? uint32_t{KVM_MP_STATE_RUNNABLE}
                            : uint32_t{KVM_MP_STATE_STOPPED});
  }
}

// No kernel has so many: KVM refuses the vCPU, and the case is SKIPPED.
TEST_F(ArmGuestsTest, AFeatureThatNoVcpuHasIsUnimplemented) {
  const absl::StatusOr<Machine> machine =
      Machine::Create(kvm(), {.vcpu_features = 1u << 31}, kKernelMode,
                      blobs::doorbell.event[2]);
  EXPECT_TRUE(absl::IsUnimplemented(machine.status()) ||
              absl::IsNotFound(machine.status()))
      << machine.status();
}

TEST_F(ArmGuestsTest, TheClockOffsetIsZeroOrNotKnown) {
  absl::StatusOr<Machine> machine =
      Machine::Create(kvm(), {}, kKernelMode, blobs::doorbell.event[2]);
  ASSERT_TRUE(machine.ok()) << machine.status();
  Vcpu& vcpu = machine->vcpu();
  const absl::StatusOr<int64_t> offset = GuestClockOffset(vcpu);
  if (kvm().features().Has(kArmCounterOffset)) {
    ASSERT_TRUE(offset.ok()) << offset.status();
    EXPECT_EQ(*offset, 0);
  } else {
    EXPECT_TRUE(absl::IsUnimplemented(offset.status())) << offset.status();
  }
}

TEST_F(ArmGuestsTest, ARegisterIsReadAsItWasWritten) {
  absl::StatusOr<Machine> machine =
      Machine::Create(kvm(), {}, kUserMode, blobs::doorbell.event[2]);
  ASSERT_TRUE(machine.ok()) << machine.status();
  const Vcpu& vcpu = machine->vcpu();
  ASSERT_TRUE(SetReg(vcpu, kTpidrEl1, 0x1234).ok());
  EXPECT_EQ(*GetReg(vcpu, kTpidrEl1), 0x1234u);
  EXPECT_EQ(*GetReg(vcpu, kVbarEl1), uint64_t{EB_STUBS_GPA});
  EXPECT_TRUE(absl::IsUnimplemented(
      GetReg(vcpu, ARM64_SYS_REG(3, 7, 15, 15, 7)).status()));
}

}  // namespace
}  // namespace exitbench
