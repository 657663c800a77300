#include "harness/live/window_schedule.h"

#include <set>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kOpen = absl::Milliseconds(20);
constexpr absl::Duration kPeriod = absl::Milliseconds(200);
constexpr absl::Duration kStart = absl::Seconds(1000);

struct Calls {
  int opens = 0;
  int closes = 0;
  int takes = 0;
  bool open = false;
  absl::Status open_status;
  absl::Status close_status;
};

class FakeSource : public ExitWindowSource {
 public:
  explicit FakeSource(Calls& calls) : calls_(calls) {}
  WindowPlan plan() const override { return {kOpen, kPeriod}; }
  absl::Status Open() override {
    EXPECT_FALSE(calls_.open);
    if (!calls_.open_status.ok()) return calls_.open_status;
    calls_.open = true;
    ++calls_.opens;
    return absl::OkStatus();
  }
  absl::Status Close() override {
    EXPECT_TRUE(calls_.open);
    calls_.open = false;
    ++calls_.closes;
    return calls_.close_status;
  }
  Taken Take() override {
    EXPECT_FALSE(calls_.open);
    ++calls_.takes;
    Taken taken;
    taken.windows.windows = static_cast<uint32_t>(calls_.closes);
    taken.missing = {"what the source lacks"};
    return taken;
  }

 private:
  Calls& calls_;
};

WindowSchedule Schedule(Calls& calls, uint64_t seed = 1) {
  return WindowSchedule(std::make_unique<FakeSource>(calls), kStart, seed);
}

TEST(WindowScheduleTest, HasAWindowInEachPeriod) {
  Calls calls;
  WindowSchedule schedule = Schedule(calls);
  std::set<absl::Duration> offsets;
  for (int period = 0; period < 50; ++period) {
    const absl::Duration begin = kStart + period * kPeriod;
    const absl::Duration opens = schedule.next();
    EXPECT_GE(opens, begin);
    EXPECT_LE(opens, begin + kPeriod - kOpen);
    offsets.insert(opens - begin);
    schedule.Step(opens - absl::Nanoseconds(1));
    EXPECT_FALSE(calls.open);
    schedule.Step(opens);
    EXPECT_TRUE(calls.open);
    EXPECT_EQ(schedule.next(), opens + kOpen);
    schedule.Step(schedule.next());
    EXPECT_FALSE(calls.open);
  }
  EXPECT_EQ(calls.closes, 50);
  // They are drawn anew, and lie anywhere.
  EXPECT_GT(offsets.size(), 45u);
  EXPECT_LT(*offsets.begin(), kPeriod / 4);
  EXPECT_GT(*offsets.rbegin(), kPeriod / 2);
}

TEST(WindowScheduleTest, LeavesOutWindowsThatAreLate) {
  Calls calls;
  WindowSchedule schedule = Schedule(calls);
  const absl::Duration late = kStart + 3 * kPeriod + absl::Milliseconds(1);
  schedule.Step(late);
  EXPECT_EQ(calls.opens, 0);
  EXPECT_GE(schedule.next(), kStart + 3 * kPeriod);
  EXPECT_LE(schedule.next(), kStart + 4 * kPeriod);
}

TEST(WindowScheduleTest, StopClosesTheWindow) {
  Calls calls;
  WindowSchedule schedule = Schedule(calls);
  schedule.Step(schedule.next());
  schedule.Stop();
  EXPECT_EQ(calls.closes, 1);
  EXPECT_EQ(schedule.next(), absl::InfiniteDuration());
  schedule.Stop();
  schedule.Step(kStart + 10 * kPeriod);
  EXPECT_EQ(calls.opens, 1);
  EXPECT_EQ(calls.closes, 1);
  LiveCounts counts;
  schedule.Take(counts);
  EXPECT_EQ(counts.windows.windows, 1u);
  EXPECT_THAT(counts.missing, ElementsAre("what the source lacks"));
}

TEST(WindowScheduleTest, AFailureIsSaidAndEndsIt) {
  Calls calls;
  calls.open_status = absl::PermissionDeniedError("may not");
  WindowSchedule schedule = Schedule(calls);
  schedule.Step(schedule.next());
  EXPECT_EQ(schedule.next(), absl::InfiniteDuration());
  schedule.Stop();
  LiveCounts counts;
  schedule.Take(counts);
  EXPECT_EQ(calls.closes, 0);
  EXPECT_THAT(counts.missing, ElementsAre("may not", "what the source lacks"));
}

TEST(WindowScheduleTest, AFailureToCloseEndsItToo) {
  Calls calls;
  calls.close_status = absl::InternalError("can't close");
  WindowSchedule schedule = Schedule(calls);
  schedule.Step(schedule.next());
  schedule.Step(schedule.next());
  EXPECT_EQ(schedule.next(), absl::InfiniteDuration());
  LiveCounts counts;
  schedule.Stop();
  schedule.Take(counts);
  EXPECT_THAT(counts.missing,
              ElementsAre("can't close", "what the source lacks"));
}

}  // namespace
}  // namespace exitbench
