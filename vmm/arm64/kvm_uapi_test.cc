// Pins the ioctl numbers that only arm64 has, as vmm/kvm_uapi_test.cc does.
#include "gtest/gtest.h"
#include "vmm/arm64/arm_uapi.h"

namespace exitbench {
namespace {

TEST(KvmUapiArm, Ioctls) {
  EXPECT_EQ(KVM_ARM_VCPU_INIT, 0x4020AEAE);
  EXPECT_EQ(KVM_ARM_PREFERRED_TARGET, 0x8020AEAFu);
  EXPECT_EQ(KVM_ARM_VCPU_FINALIZE, 0x4004AEC2);
  EXPECT_EQ(KVM_GET_ONE_REG, 0x4010AEAB);
  EXPECT_EQ(KVM_SET_ONE_REG, 0x4010AEAC);
  EXPECT_EQ(KVM_ARM_SET_COUNTER_OFFSET, 0x4010AEB5);
}

// Documentation/virt/kvm/api.rst, 4.68.
TEST(KvmUapiArm, RegisterIds) {
  EXPECT_EQ(EB_CORE_REG(regs.regs[0]), 0x6030000000100000u);
  EXPECT_EQ(EB_CORE_REG(regs.pc), 0x6030000000100040u);
  EXPECT_EQ(EB_CORE_REG(regs.pstate), 0x6030000000100042u);
  EXPECT_EQ(EB_CORE_REG(sp_el1), 0x6030000000100044u);
  EXPECT_EQ(kSctlrEl1, 0x603000000013c080u);
  EXPECT_EQ(kCntkctlEl1, 0x603000000013c708u);
  EXPECT_EQ(sizeof(kvm_smccc_filter), 24u);
}

}  // namespace
}  // namespace exitbench
