#include "tests/model/mix_flags.h"

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(MixFlagsTest, AMix) {
  const absl::StatusOr<MixTask> task =
      ParseMix({"--mmio=3", "--mmio_read=4", "--fault=2", "--compute=500",
                "--rounds=7", "--walk_kib=960", "--for=1500ms", "--cpu=1"});
  ASSERT_TRUE(task.ok()) << task.status();
  EXPECT_EQ(task->mix.events[kMixMmio], 3u);
  EXPECT_EQ(task->mix.events[kMixMmioRead], 4u);
  EXPECT_EQ(task->mix.events[kMixFault], 2u);
  EXPECT_EQ(task->mix.events[kMixHypercall], 0u);
  EXPECT_EQ(task->mix.compute, 500u);
  EXPECT_EQ(task->mix.rounds, 7u);
  EXPECT_EQ(task->mix.walk_kib, 960u);
  EXPECT_EQ(task->mix.time, absl::Milliseconds(1500));
  EXPECT_EQ(task->cpu, 1);
}

TEST(MixFlagsTest, WhatIsNoMixIsRefused) {
  for (const char* word :
       {"mmio=3", "--mmio", "--mmio=x", "--mmio=-1", "--mmio=4294967296",
        "--disk=1", "--for=1", "--compute=0", "--walk_kib=961"}) {
    const absl::Status status = ParseMix({word}).status();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << word << ": " << status;
  }
}

TEST(MixFlagsTest, AFlagMayHaveEqualSignsInItsValue) {
  const auto flags = ParseFlags({"--run=--events=5", "--by_reason"});
  ASSERT_TRUE(flags.ok()) << flags.status();
  ASSERT_EQ(flags->size(), 2u);
  EXPECT_EQ((*flags)[0].first, "run");
  EXPECT_EQ((*flags)[0].second, "--events=5");
  EXPECT_EQ((*flags)[1].first, "by_reason");
  EXPECT_EQ((*flags)[1].second, "");
}

}  // namespace
}  // namespace exitbench
