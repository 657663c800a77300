#include "cases/support/windows.h"

#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

using Stamps = std::vector<GuestStamp>;

// `events` events of `ticks` each, `gap` apart, from `begin` on.
Stamps Every(uint64_t begin, uint64_t ticks, uint64_t gap, int events) {
  Stamps stamps;
  for (int i = 0; i < events; ++i) {
    const uint64_t before = begin + static_cast<uint64_t>(i) * (ticks + gap);
    stamps.push_back({before, before + ticks});
  }
  return stamps;
}

TEST(Windows, OfOneVcpuIsAllItDid) {
  const Stamps stamps = Every(1000, 90, 10, 4);
  Windows windows;
  ASSERT_TRUE(windows.Add({{stamps.data(), 0}}, 4).ok());
  EXPECT_EQ(windows.EventTicks(), 90);
  EXPECT_EQ(windows.EventsPerTick(), 4.0 / 390);
  EXPECT_EQ(windows.Overlap(), 1);
}

TEST(Windows, OnlyEventsWithinCount) {
  // From 1000 to 1400, and from 1200 to 2800: both ran from 1200 to 1400.
  const Stamps quick = Every(1000, 100, 0, 4);
  const Stamps slow = Every(1200, 400, 0, 4);
  Windows windows;
  ASSERT_TRUE(windows.Add({{quick.data(), 0}, {slow.data(), 0}}, 4).ok());
  EXPECT_EQ(windows.EventTicks(), 100);  // The slow one's first is cut off.
  EXPECT_EQ(windows.EventsPerTick(), 2.0 / 200);
  EXPECT_DOUBLE_EQ(windows.Overlap(), 200.0 / 1800);
}

TEST(Windows, ClocksAreBroughtTogether) {
  const Stamps one = Every(1000, 100, 0, 4);
  const Stamps ahead = Every(9000, 100, 0, 4);
  Windows windows;
  ASSERT_TRUE(windows.Add({{one.data(), 0}, {ahead.data(), 8000}}, 4).ok());
  EXPECT_EQ(windows.Overlap(), 1);
  EXPECT_EQ(windows.EventsPerTick(), 8.0 / 400);
}

TEST(Windows, AClockBehindIsNoLargeOffset) {
  const Stamps one = Every(1000, 100, 0, 4);
  const Stamps behind = Every(500, 100, 0, 4);
  Windows windows;
  const auto offset = static_cast<uint64_t>(int64_t{-500});
  ASSERT_TRUE(windows.Add({{one.data(), 0}, {behind.data(), offset}}, 4).ok());
  EXPECT_EQ(windows.Overlap(), 1);
}

TEST(Windows, ThoseOneAfterTheOtherHaveNone) {
  const Stamps one = Every(1000, 100, 0, 4);
  const Stamps later = Every(1400, 100, 0, 4);
  Windows windows;
  ASSERT_TRUE(windows.Add({{one.data(), 0}, {later.data(), 0}}, 4).ok());
  EXPECT_EQ(windows.Overlap(), 0);
  EXPECT_EQ(windows.EventTicks(), 0);
  EXPECT_EQ(windows.EventsPerTick(), 0);
}

TEST(Windows, AVcpuThatMadeNoEventsIsNamed) {
  const Stamps one = Every(1000, 100, 0, 4);
  const Stamps none(4, GuestStamp{0, 0});
  Windows windows;
  const absl::Status status =
      windows.Add({{one.data(), 0}, {none.data(), 0}}, 4);
  EXPECT_TRUE(absl::IsInternal(status));
  EXPECT_EQ(status.message(), "vCPU 1 made 0 of 4 events");
}

TEST(Windows, AVcpuThatStoppedEarlyIsNamed) {
  Stamps early = Every(1000, 100, 0, 4);
  early[3] = {0, 0};
  const Stamps one = Every(1000, 100, 0, 4);
  Windows windows;
  EXPECT_EQ(windows.Add({{early.data(), 0}, {one.data(), 0}}, 4).message(),
            "vCPU 0 made 3 of 4 events");
}

TEST(Windows, StampsThatGoBackAreNamed) {
  Stamps stamps = Every(1000, 100, 0, 4);
  stamps[2].before_ticks = 1150;
  Windows windows;
  EXPECT_EQ(windows.Add({{stamps.data(), 0}}, 4).message(),
            "vCPU 0: the stamps of event 2 go back");
  stamps = Every(1000, 100, 0, 4);
  stamps[3].after_ticks = stamps[3].before_ticks - 1;
  EXPECT_EQ(windows.Add({{stamps.data(), 0}}, 4).message(),
            "vCPU 0: the stamps of event 3 go back");
}

}  // namespace
}  // namespace exitbench
