#include "harness/host/disturbance.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "harness/host/firmware_interrupts.h"

namespace exitbench {
namespace {

NoiseSnapshot At(double seconds) {
  NoiseSnapshot s;
  s.at = absl::FromUnixSeconds(1000) + absl::Seconds(seconds);
  s.cpu = 1;
  return s;
}

TEST(Disturbance, AFewSwitchesAndTicksAreNone) {
  NoiseSnapshot after = At(1);
  after.involuntary_switches = 47;
  after.interrupts = 1500;
  after.pressure_us = 100000;
  EXPECT_EQ(Disturbance(At(0), after), "");
}

TEST(Disturbance, IsARateNotACount) {
  NoiseSnapshot after = At(0.1);
  after.involuntary_switches = 47;
  EXPECT_EQ(Disturbance(At(0), after), "470 involuntary switches/s");
}

TEST(Disturbance, NamesEachSource) {
  NoiseSnapshot after = At(1);
  after.cpu = 0;
  EXPECT_EQ(Disturbance(At(0), after), "moved from CPU 1 to 0");
  after = At(1);
  after.steal_ticks = 50;
  EXPECT_EQ(Disturbance(At(0), after), "50.0% of the time stolen");
  after = At(1);
  after.firmware_interrupts = 2;
  after.major_faults = 1;
  EXPECT_EQ(Disturbance(At(0), after),
            absl::StrCat("2 ", kFirmwareInterrupts, ", 1 major faults"));
  after = At(1);
  after.pressure_us = 900000;
  EXPECT_EQ(Disturbance(At(0), after), "CPU pressure 90%");
}

TEST(Disturbance, SharingACpuByDesignIsNoneButOthersAre) {
  NoiseSnapshot before = At(0), after = At(1);
  after.involuntary_switches = 5000;
  after.pressure_us = 900000;
  after.interrupts = 20000;
  // 100 ticks a second, and this process took all of the time.
  const long hz = sysconf(_SC_CLK_TCK);
  after.busy_ticks = static_cast<uint64_t>(hz);
  after.own_us = 1000000;
  EXPECT_NE(Disturbance(before, after), "");
  EXPECT_EQ(DisturbanceByOthers(before, after), "");
  after.own_us = 600000;
  EXPECT_EQ(DisturbanceByOthers(before, after), "40% of CPU 1 went to others");
  // Two ticks may be charged to the wrong thread.
  after = At(0.1);
  after.busy_ticks = static_cast<uint64_t>(hz / 50);
  EXPECT_EQ(DisturbanceByOthers(before, after), "");
}

TEST(Disturbance, SnapshotOfThisHostMovesForward) {
  const NoiseSnapshot before = TakeNoiseSnapshot();
  const NoiseSnapshot after = TakeNoiseSnapshot();
  EXPECT_GE(after.at, before.at);
  EXPECT_GE(before.cpu, 0);
  // Of one CPU: the thread may have been moved between the two.
  if (after.cpu == before.cpu) {
    EXPECT_GE(after.interrupts, before.interrupts);
  }
  EXPECT_GE(after.pressure_us, before.pressure_us);
}

}  // namespace
}  // namespace exitbench
