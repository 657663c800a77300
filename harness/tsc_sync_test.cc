#include "harness/tsc_sync.h"

#include <sched.h>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(TscDifference, PassesNarrowTheBounds) {
  TscDifference difference;
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

TEST(TscDifference, SmallerThanAPassCantBeTold) {
  TscDifference difference;
  difference.Narrow(0, 150, 200);
  EXPECT_TRUE(difference.MayBeZero());
}

TEST(TscSync, OneCpuNeedsNoComparison) {
  const TscSync sync = TscSync::Measure({0});
  EXPECT_EQ(sync.Apart(0, 0), "");
  EXPECT_EQ(sync.ToString(), "");
  EXPECT_NE(sync.Apart(0, 1), "");
}

TEST(TscSync, MeasuresThisHostAndLeavesTheAffinityAlone) {
  cpu_set_t before, after;
  CPU_ZERO(&before);
  CPU_ZERO(&after);
  sched_getaffinity(0, sizeof(before), &before);
  std::vector<int> cpus;
  for (int i = 0; i < CPU_SETSIZE && cpus.size() < 2; ++i) {
    if (CPU_ISSET(i, &before)) cpus.push_back(i);
  }
  if (cpus.size() < 2) GTEST_SKIP() << "SKIPPED, needs two CPUs";
  const TscSync sync = TscSync::Measure(cpus);
  sched_getaffinity(0, sizeof(after), &after);
  EXPECT_TRUE(CPU_EQUAL(&before, &after));
  EXPECT_NE(sync.ToString().find(" ticks"), std::string::npos);
}

}  // namespace
}  // namespace exitbench
