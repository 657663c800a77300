#include "harness/host/known_hosts.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(KnownHosts, OneIsKnownByAllThatDecides) {
  FeatureSet haswell = {.present = kSecondLevelAccessed | kPauseLoopExits |
                                   kMmioCaching | kNested};
  EXPECT_TRUE(IsKnownHost(kBackendVmxEpt, haswell));
  haswell.present |= kApicv;
  EXPECT_FALSE(IsKnownHost(kBackendVmxEpt, haswell));
  EXPECT_FALSE(IsKnownHost(kBackendUnknown, FeatureSet()));
}

TEST(KnownHosts, TheEmulatedOnesOfArm64) {
  // What no process may read of any is not asked for.
  FeatureSet max = {.present = kArmGicv3 | kGuestPmu | kArmSve | kNested,
                    .unknown = kSecondLevelAccessed};
  for (const Backend backend :
       {kBackendArmVhe, kBackendArmNvhe, kBackendArmPkvm}) {
    EXPECT_TRUE(IsKnownHost(backend, max));
  }
  EXPECT_FALSE(IsKnownHost(kBackendUnknown, max));
  max.present |= kArmEcv;
  EXPECT_FALSE(IsKnownHost(kBackendArmVhe, max));
}

TEST(KnownHosts, OneThatDoesNotSayIsNotKnown) {
  EXPECT_TRUE(IsKnownHost(kBackendPvm, {.present = kUmip}));
  EXPECT_FALSE(
      IsKnownHost(kBackendPvm, {.present = kUmip, .unknown = kCpuidFaulting}));
}

}  // namespace
}  // namespace exitbench
