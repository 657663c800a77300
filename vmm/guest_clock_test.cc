#include "vmm/guest_clock.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(GuestClock, TicksAreTheHostsByFrequency) {
  EXPECT_EQ(HostTicksPerGuestTick(3'000'000, 1'500'000), 2);
  EXPECT_EQ(HostTicksPerGuestTick(1'000'000, 2'000'000), 0.5);
  EXPECT_EQ(HostTicksPerGuestTick(1'000'000, 1'000'000), 1);
}

TEST(GuestClock, KvmDoesNotScaleWhatIsCloseEnough) {
  EXPECT_EQ(HostTicksPerGuestTick(2'000'000, 2'000'500), 1);
  EXPECT_EQ(HostTicksPerGuestTick(2'000'000, 1'999'500), 1);
  EXPECT_GT(HostTicksPerGuestTick(2'000'000, 1'999'499), 1);
  EXPECT_LT(HostTicksPerGuestTick(2'000'000, 2'000'501), 1);
}

}  // namespace
}  // namespace exitbench
