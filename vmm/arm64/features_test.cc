#include "vmm/arm64/features.h"

#include "gtest/gtest.h"
#include "vmm/arch_host.h"

namespace exitbench {
namespace {

TEST(ArmFeatures, ProcessorInterruptControllerAndKvmTell) {
  const FeatureSet set = DetectFeatures(
      {.texts = {.interrupts = " 11:  5  GICv3  26 Level  arch_timer\n",
                 .cpu_features = "fp asimd sve ecv"},
       .pmu = 1,
       .counter_offset = 1});
  EXPECT_EQ(set.present,
            kArmEcv | kArmSve | kArmGicv3 | kGuestPmu | kArmCounterOffset);
  EXPECT_EQ(set.unknown, uint32_t{kSecondLevelAccessed});
}

TEST(ArmFeatures, OfAnOldBoard) {
  const FeatureSet set = DetectFeatures(
      {.texts = {.interrupts = " 11:  5  GICv2  30 Level  arch_timer\n",
                 .cpu_features = "fp asimd svex"}});
  EXPECT_EQ(set.present, 0u);
  EXPECT_EQ(set.Of(kArmGicv3), "no");
  EXPECT_EQ(set.Of(kArmSve), "no");
}

TEST(ArmFeatures, WhatNothingTellsIsUnknown) {
  const FeatureSet set = DetectFeatures({});
  EXPECT_EQ(set.unknown,
            kArmEcv | kArmSve | kArmMte | kArmGicv3 | kSecondLevelAccessed);
}

TEST(ArmFeatures, Gicv4MustBeAskedFor) {
  FeatureSources s;
  EXPECT_EQ(DetectFeatures(s).Of(kArmGicv4), "no");
  s.texts.command_line = "kvm-arm.vgic_v4_enable=1";
  EXPECT_EQ(DetectFeatures(s).Of(kArmGicv4), "unknown");
  s.texts.command_line = "kvm-arm.vgic_v4_enable=0";
  EXPECT_EQ(DetectFeatures(s).Of(kArmGicv4), "no");
}

TEST(ArmFeatures, NestedIsBelowAndNestedVirtAbove) {
  FeatureSources s;
  s.nested = 1;
  EXPECT_EQ(DetectFeatures(s).Of(kArmNestedVirt), "yes");
  EXPECT_EQ(DetectFeatures(s).Of(kNested), "no");
  s.texts.system_vendor = "QEMU";
  EXPECT_EQ(DetectFeatures(s).Of(kNested), "yes");
}

TEST(ArmFeatures, EachHasANameOfItsOwn) {
  uint32_t all = 0;
  for (const FeatureName& name : AllFeatures()) {
    EXPECT_EQ(all & name.feature, 0u) << name.name;
    all |= name.feature;
  }
  EXPECT_EQ(AllFeatures().size(), 10u);
}

}  // namespace
}  // namespace exitbench
