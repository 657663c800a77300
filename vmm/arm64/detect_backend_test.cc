#include "vmm/arm64/detect_backend.h"

#include <string>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

constexpr char kOthers[] =
    "           CPU0       CPU1\n"
    " 12:          0          0     GICv3  23 Level     arm-pmu\n"
    " 13:         46          0     GICv3  33 Level     uart-pl011\n";

std::string Timer(const std::string& controller, int intid) {
  return kOthers + (" 11:       3022       1290     " + controller + "  ") +
         std::to_string(intid) + " Level     arch_timer\n";
}

Backend Detect(const std::string& interrupts,
               const std::string& command_line = "quiet") {
  const BackendInfo info =
      DetectBackend({.interrupts = interrupts, .command_line = command_line});
  EXPECT_EQ(info.module,
            info.backend == kBackendUnknown ? "unknown" : "kvm_arm");
  return info.backend;
}

TEST(ArmBackend, AKernelInEl2HasATimerOfEl2) {
  EXPECT_EQ(Detect(Timer("GICv3", 26)), kBackendArmVhe);
  EXPECT_EQ(Detect(Timer("GICv3", 28)), kBackendArmVhe);
  EXPECT_EQ(Detect(Timer("GICv2", 26)), kBackendArmVhe);
}

TEST(ArmBackend, AKernelInEl1HasThePhysicalTimer) {
  EXPECT_EQ(Detect(Timer("GICv3", 30)), kBackendArmNvhe);
  EXPECT_EQ(Detect(Timer("GICv3", 30), "kvm-arm.mode=nvhe"), kBackendArmNvhe);
  EXPECT_EQ(Detect(Timer("GICv3", 30), "quiet kvm-arm.mode=protected"),
            kBackendArmPkvm);
}

// Protected mode needs a kernel that leaves EL2. One that stays there was
// started with another mode too, or can't do it.
TEST(ArmBackend, TheTimerDecidesAndNotWhatWasAskedFor) {
  EXPECT_EQ(Detect(Timer("GICv3", 26), "kvm-arm.mode=protected"),
            kBackendArmVhe);
}

TEST(ArmBackend, WithoutAGicTheGuestsTimerTells) {
  EXPECT_EQ(Detect(" 21:  0  0  AIC  131079 Level  kvm guest ptimer\n"),
            kBackendArmVhe);
  EXPECT_EQ(Detect(" 21:  0  0  AIC  131080 Level  kvm guest vtimer\n"),
            kBackendUnknown);
}

TEST(ArmBackend, WithoutEl2ThereIsNone) {
  EXPECT_EQ(Detect(Timer("GICv3", 27)), kBackendUnknown);
  EXPECT_EQ(Detect(kOthers), kBackendUnknown);
  EXPECT_EQ(Detect(""), kBackendUnknown);
}

TEST(ArmBackend, PagingIsStage2) {
  const BackendInfo info = DetectBackend({.interrupts = Timer("GICv3", 26)});
  EXPECT_TRUE(info.two_dimensional_paging);
  EXPECT_EQ(info.paging(), "stage2");
}

}  // namespace
}  // namespace exitbench
