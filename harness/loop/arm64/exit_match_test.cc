#include "harness/loop/exit_match.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(ExitMatch, Mmio) {
  kvm_run run = {};
  run.exit_reason = KVM_EXIT_MMIO;
  run.mmio.phys_addr = 0x1000;
  run.mmio.len = 4;
  run.mmio.is_write = 1;
  EXPECT_EQ(MatchedElements(MmioWrite(0x1000, 4), run), 1u);
  EXPECT_EQ(MatchedElements(MmioRead(0x1000, 4), run), 0u);
  EXPECT_EQ(MatchedElements(MmioWrite(0x1004, 4), run), 0u);
  EXPECT_EQ(MatchedElements(MmioWrite(0x1000, 8), run), 0u);
}

TEST(ExitMatch, AHypercallByItsFunction) {
  const ExpectedExit expected = {.reason = KVM_EXIT_HYPERCALL,
                                 .number = 0xc6001234};
  kvm_run run = {};
  run.exit_reason = KVM_EXIT_HYPERCALL;
  run.hypercall.nr = 0xc6001234;
  EXPECT_EQ(MatchedElements(expected, run), 1u);
  run.hypercall.nr = 0x84000000;
  EXPECT_EQ(MatchedElements(expected, run), 0u);
  EXPECT_EQ(DescribeExpected(expected),
            "KVM_EXIT_HYPERCALL function 0xc6001234");
}

TEST(ExitMatch, ASystemEventByItsType) {
  const ExpectedExit expected = {.reason = KVM_EXIT_SYSTEM_EVENT,
                                 .number = KVM_SYSTEM_EVENT_RESET};
  kvm_run run = {};
  run.exit_reason = KVM_EXIT_SYSTEM_EVENT;
  run.system_event.type = KVM_SYSTEM_EVENT_RESET;
  EXPECT_EQ(MatchedElements(expected, run), 1u);
  run.system_event.type = KVM_SYSTEM_EVENT_SHUTDOWN;
  EXPECT_EQ(MatchedElements(expected, run), 0u);
  EXPECT_EQ(DescribeExpected(expected), "KVM_EXIT_SYSTEM_EVENT type 2");
}

TEST(ExitMatch, AnAbortWithoutSyndromeByItsAddressAndDirection) {
  ExpectedExit expected = {
      .reason = KVM_EXIT_ARM_NISV, .is_write = true, .address = 0xd0000000};
  kvm_run run = {};
  run.exit_reason = KVM_EXIT_ARM_NISV;
  run.arm_nisv.fault_ipa = 0xd0000000;
  run.arm_nisv.esr_iss = kAbortOfWrite;
  EXPECT_EQ(MatchedElements(expected, run), 1u);
  expected.is_write = false;
  EXPECT_EQ(MatchedElements(expected, run), 0u);
  expected.is_write = true;
  run.arm_nisv.fault_ipa = 0xd0000004;
  EXPECT_EQ(MatchedElements(expected, run), 0u);
  expected.address_bytes = 8;
  EXPECT_EQ(MatchedElements(expected, run), 1u);
  run.exit_reason = KVM_EXIT_MMIO;
  EXPECT_EQ(MatchedElements(expected, run), 0u);
}

}  // namespace
}  // namespace exitbench
