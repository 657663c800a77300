// Pins the ioctl numbers that only x86-64 has, as vmm/kvm_uapi_test.cc does.
#include "vmm/kvm_uapi.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(KvmUapiX86, SystemIoctls) {
  EXPECT_EQ(KVM_GET_MSR_INDEX_LIST, 0xC004AE02);
  EXPECT_EQ(KVM_GET_SUPPORTED_CPUID, 0xC008AE05);
}

TEST(KvmUapiX86, VmIoctls) {
  EXPECT_EQ(KVM_SET_TSS_ADDR, 0xAE47);
  EXPECT_EQ(KVM_CREATE_IRQCHIP, 0xAE60);
  EXPECT_EQ(KVM_CREATE_PIT2, 0x4040AE77);
  EXPECT_EQ(KVM_X86_SET_MSR_FILTER, 0x4188AEC6);
}

TEST(KvmUapiX86, VcpuIoctls) {
  EXPECT_EQ(KVM_GET_REGS, 0x8090AE81u);
  EXPECT_EQ(KVM_SET_REGS, 0x4090AE82);
  EXPECT_EQ(KVM_GET_SREGS, 0x8138AE83u);
  EXPECT_EQ(KVM_SET_SREGS, 0x4138AE84);
  EXPECT_EQ(KVM_INTERRUPT, 0x4004AE86);
  EXPECT_EQ(KVM_GET_MSRS, 0xC008AE88);
  EXPECT_EQ(KVM_SET_MSRS, 0x4008AE89);
  EXPECT_EQ(KVM_SET_LAPIC, 0x4400AE8F);
  EXPECT_EQ(KVM_SET_CPUID2, 0x4008AE90);
  EXPECT_EQ(KVM_NMI, 0xAE9A);
  EXPECT_EQ(KVM_SET_GUEST_DEBUG, 0x4048AE9B);
  EXPECT_EQ(KVM_SET_TSC_KHZ, 0xAEA2);
  EXPECT_EQ(KVM_GET_TSC_KHZ, 0xAEA3);
  EXPECT_EQ(KVM_GET_XSAVE, 0x9000AEA4u);
}

TEST(KvmUapiX86, FlexibleArraysTakeNoRoom) {
  EXPECT_EQ(sizeof(kvm_cpuid2), 8u);
  EXPECT_EQ(offsetof(kvm_cpuid2, entries), 8u);
  EXPECT_EQ(sizeof(kvm_msrs), 8u);
  EXPECT_EQ(offsetof(kvm_msrs, entries), 8u);
  EXPECT_EQ(sizeof(kvm_msr_list), 4u);
}

}  // namespace
}  // namespace exitbench
