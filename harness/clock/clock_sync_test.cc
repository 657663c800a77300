#include "harness/clock/clock_sync.h"

#include <pthread.h>
#include <sched.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "base/cpus.h"
#include "gtest/gtest.h"
#include "harness/clock/arch/timer.h"

namespace exitbench {
namespace {

TEST(ClockDifference, PassesNarrowTheBounds) {
  ClockDifference difference;
  EXPECT_TRUE(difference.MayBeZero());
  // The other counter is 1000 ahead; the way there and back take 100 each.
  difference.Narrow(0, 1100, 200);
  EXPECT_EQ(difference.least_ticks, 900);
  EXPECT_EQ(difference.most_ticks, 1100);
  EXPECT_FALSE(difference.MayBeZero());
  // A slow pass tells nothing new.
  difference.Narrow(0, 6000, 10000);
  EXPECT_EQ(difference.least_ticks, 900);
  EXPECT_EQ(difference.most_ticks, 1100);
}

TEST(ClockDifference, SmallerThanAPassCantBeTold) {
  ClockDifference difference;
  difference.Narrow(0, 150, 200);
  EXPECT_TRUE(difference.MayBeZero());
}

TEST(ClockSync, OneCpuNeedsNoComparison) {
  const ClockSync sync = ClockSync::Measure({0});
  EXPECT_EQ(sync.Apart(0, 0), "");
  EXPECT_EQ(sync.ToString(), "");
  EXPECT_NE(sync.Apart(0, 1), "");
}

TEST(ClockSync, ApartSaysWhatWasAndWhatWasNotFoundOut) {
  const auto half = static_cast<int64_t>(MostSyncTicks() / 2);
  const std::string the = absl::StrCat("the ", kClockName, "s of CPUs 0 and ");
  const ClockSync sync(0, {{1, {-120, 96}},
                           {2, {200, 300}},
                           {3, {}},
                           {4, {-5000000, 4000000}},
                           {5, {INT64_MIN, 10}},
                           {6, {-half, half}},
                           {7, {-half, half + 1}}});
  EXPECT_EQ(sync.Apart(0, 1), "");
  EXPECT_EQ(sync.Apart(0, 2), the + "2 are apart by 200 to 300 ticks");
  EXPECT_EQ(sync.Apart(0, 3), the + "3 were not compared");
  EXPECT_EQ(sync.Apart(0, 4),
            the + "4 could be compared to within 9000000 ticks only");
  EXPECT_EQ(sync.Apart(0, 5), the + "5 were not compared");
  EXPECT_EQ(sync.Apart(0, 6), "");
  EXPECT_NE(sync.Apart(0, 7), "");
  EXPECT_EQ(sync.Apart(0, 8), the + "8 were not compared");
}

TEST(ClockSync, WithoutAThreadNothingIsCompared) {
  pthread_attr_t before, huge;
  ASSERT_EQ(pthread_getattr_default_np(&before), 0);
  ASSERT_EQ(pthread_getattr_default_np(&huge), 0);
  // No process has room for such a stack.
  ASSERT_EQ(pthread_attr_setstacksize(&huge, size_t{1} << 47), 0);
  ASSERT_EQ(pthread_setattr_default_np(&huge), 0);
  const ClockSync sync = ClockSync::Measure({0, 1});
  EXPECT_EQ(pthread_setattr_default_np(&before), 0);
  EXPECT_NE(sync.Apart(0, 1), "");
  EXPECT_EQ(sync.ToString(), "CPU 1 to 0: not compared");
}

TEST(ClockSync, WithoutThePinNothingIsCompared) {
  const int here = sched_getcpu();
  const ClockSync sync = ClockSync::Measure({here, CPU_SETSIZE - 1});
  EXPECT_NE(sync.Apart(here, CPU_SETSIZE - 1), "");
}

TEST(ClockSync, MeasuresThisHostAndLeavesTheAffinityAlone) {
  const std::vector<int> before = CpuSet::OfThisThread()->Numbers();
  if (before.size() < 2) GTEST_SKIP() << "SKIPPED, needs two CPUs";
  const std::vector<int> cpus(before.begin(), before.begin() + 2);
  const ClockSync sync = ClockSync::Measure(cpus);
  EXPECT_EQ(CpuSet::OfThisThread()->Numbers(), before);
  EXPECT_NE(sync.ToString().find(" ticks"), std::string::npos);
}

// The other thread begins on the CPU of this one, where it would never run.
TEST(ClockSync, EndsUnderARealTimePolicyToo) {
  const std::vector<int> cpus = CpuSet::OfThisThread()->Numbers();
  if (cpus.size() < 2) GTEST_SKIP() << "SKIPPED, needs two CPUs";
  int error = 0;
  ClockSync sync;
  std::thread([&] {
    const sched_param priority = {.sched_priority = 1};
    error = pthread_setschedparam(pthread_self(), SCHED_FIFO, &priority);
    if (error != 0) return;
    ASSERT_TRUE(PinThisThread(cpus[0]).ok());
    sync = ClockSync::Measure({cpus[0], cpus[1]});
  }).join();
  if (error != 0) GTEST_SKIP() << "SKIPPED, needs root: for SCHED_FIFO";
  EXPECT_NE(sync.ToString().find(" ticks"), std::string::npos)
      << sync.ToString();
}

}  // namespace
}  // namespace exitbench
