#include "vmm/arch_host.h"

#include "gtest/gtest.h"
#include "vmm/arm64/arch_kvm.h"

namespace exitbench {
namespace {

TEST(ArmHost, AVmAsksForNoMoreAddressBitsThanTheHostHas) {
  EXPECT_EQ(VmType({.ipa_bits = 48}), 0u);
  EXPECT_EQ(VmType({.ipa_bits = 40}), 0u);
  EXPECT_EQ(VmType({.ipa_bits = 36}), 36u);
  EXPECT_EQ(VmType({.ipa_bits = 0}), 0u) << "an old kernel has 40 bits";
}

TEST(ArmHost, ModesAreExceptionLevels) {
  EXPECT_EQ(ModeNumber(kKernelMode), 1);
  EXPECT_EQ(ModeNumber(kUserMode), 0);
  EXPECT_EQ(ModeName(kUserMode), "EL0");
  EXPECT_EQ(ModeSuffix(kKernelMode), "");
  EXPECT_EQ(ModeSuffix(kUserMode), ".el0");
}

}  // namespace
}  // namespace exitbench
