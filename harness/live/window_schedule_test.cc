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
  bool open = false;
  bool opens_no_more = false;
  std::vector<size_t> left;
  absl::Duration now;  // What the clock says.
  absl::Duration opening_takes;
};

class FakeSource : public ExitWindowSource {
 public:
  explicit FakeSource(Calls& calls) : calls_(calls) {}
  WindowPlan plan() const override { return {kOpen, kPeriod}; }
  bool Open() override {
    EXPECT_FALSE(calls_.open);
    calls_.now += calls_.opening_takes;
    if (calls_.opens_no_more) return false;
    calls_.open = true;
    ++calls_.opens;
    return true;
  }
  void Close() override {
    EXPECT_TRUE(calls_.open);
    calls_.open = false;
    ++calls_.closes;
  }
  void Leave(size_t index) override { calls_.left.push_back(index); }
  Taken Take(size_t index) override {
    EXPECT_FALSE(calls_.open);
    Taken taken;
    taken.windows.windows = static_cast<uint32_t>(calls_.closes);
    taken.windows.exits = static_cast<double>(index);
    taken.missing = {"what the source lacks"};
    return taken;
  }

 private:
  Calls& calls_;
};

void Step(WindowSchedule& schedule, Calls& calls, absl::Duration now) {
  calls.now = now;
  schedule.Step([&calls] { return calls.now; });
}

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
    Step(schedule, calls, opens - absl::Nanoseconds(1));
    EXPECT_FALSE(calls.open);
    Step(schedule, calls, opens);
    EXPECT_TRUE(calls.open);
    EXPECT_EQ(schedule.next(), opens + kOpen);
    Step(schedule, calls, schedule.next());
    EXPECT_FALSE(calls.open);
  }
  EXPECT_EQ(calls.closes, 50);
  // They are drawn anew, and lie anywhere.
  EXPECT_GT(offsets.size(), 45u);
  EXPECT_LT(*offsets.begin(), kPeriod / 4);
  EXPECT_GT(*offsets.rbegin(), kPeriod / 2);
}

TEST(WindowScheduleTest, TellsTheSourceWhatHasEnded) {
  Calls calls;
  WindowSchedule schedule = Schedule(calls);
  schedule.Leave(2);
  EXPECT_THAT(calls.left, ElementsAre(2));
}

TEST(WindowScheduleTest, LeavesOutWindowsThatAreLate) {
  Calls calls;
  WindowSchedule schedule = Schedule(calls);
  const absl::Duration late = kStart + 3 * kPeriod + absl::Milliseconds(1);
  Step(schedule, calls, late);
  EXPECT_EQ(calls.opens, 0);
  EXPECT_GE(schedule.next(), kStart + 3 * kPeriod);
  EXPECT_LE(schedule.next(), kStart + 4 * kPeriod);
}

TEST(WindowScheduleTest, StopClosesTheWindow) {
  Calls calls;
  WindowSchedule schedule = Schedule(calls);
  Step(schedule, calls, schedule.next());
  schedule.Stop();
  EXPECT_EQ(calls.closes, 1);
  EXPECT_EQ(schedule.next(), absl::InfiniteDuration());
  schedule.Stop();
  Step(schedule, calls, kStart + 10 * kPeriod);
  EXPECT_EQ(calls.opens, 1);
  EXPECT_EQ(calls.closes, 1);
  LiveCounts counts;
  schedule.Take(3, counts);
  EXPECT_EQ(counts.windows.windows, 1u);
  EXPECT_EQ(counts.windows.exits, 3);
  EXPECT_THAT(counts.missing, ElementsAre("what the source lacks"));
}

TEST(WindowScheduleTest, AWindowIsAsLongHoweverLongItTakesToOpen) {
  Calls calls;
  calls.opening_takes = absl::Milliseconds(50);
  WindowSchedule schedule = Schedule(calls);
  const absl::Duration opens = schedule.next();
  Step(schedule, calls, opens);
  EXPECT_EQ(schedule.next(), opens + calls.opening_takes + kOpen);
  Step(schedule, calls, opens + calls.opening_takes);
  EXPECT_TRUE(schedule.open());
  Step(schedule, calls, schedule.next());
  EXPECT_FALSE(schedule.open());
}

TEST(WindowScheduleTest, EndsWhereNothingCanBeCountedAnyMore) {
  Calls calls;
  calls.opens_no_more = true;
  WindowSchedule schedule = Schedule(calls);
  Step(schedule, calls, schedule.next());
  EXPECT_EQ(schedule.next(), absl::InfiniteDuration());
  EXPECT_FALSE(schedule.open());
  schedule.Stop();
  LiveCounts counts;
  schedule.Take(0, counts);
  EXPECT_EQ(calls.closes, 0);
  EXPECT_THAT(counts.missing, ElementsAre("what the source lacks"));
}

}  // namespace
}  // namespace exitbench
