#include "model/what_if.h"

#include "gtest/gtest.h"
#include "model/testing.h"

namespace exitbench {
namespace {

Results CostsOf(double pio, double mmio) {
  Results results = MakeResults("6.1.0", "boot", 1, 3);
  AddCost("pio/out", {pio + 4}, results);
  AddCost("pio/ioeventfd", {pio / 2 + 4}, results);
  if (mmio > 0) AddCost("mmio/write", {mmio + 4}, results);
  return results;
}

LiveCounts SomeCounts() {
  return MakeCounts(
      {{"fpu_reload", 60000}, {"io_exits", 50000}, {"mmio_exits", 10000}});
}

TEST(WhatIfTest, OtherCostsOfTheSameCounts) {
  const Results now = CostsOf(2500, 5000), other = CostsOf(5000, 5000);
  const WhatIf what = WithOtherCosts(SomeCounts(), now.host, Costs(now),
                                     Costs(other), "other.pb");
  // 5,000 PIO and 1,000 MMIO a second.
  EXPECT_DOUBLE_EQ(what.now.value, (5000 * 2500 + 1000 * 5000) / 2.5e9);
  EXPECT_DOUBLE_EQ(what.then.value, (5000 * 5000 + 1000 * 5000) / 2.5e9);
  EXPECT_TRUE(what.left_out.empty());
  EXPECT_TRUE(what.notes.empty());
}

TEST(WhatIfTest, KindsThatOneSideLacksAreInNeitherSum) {
  const Results now = CostsOf(2500, 5000), other = CostsOf(5000, 0);
  const WhatIf what = WithOtherCosts(SomeCounts(), now.host, Costs(now),
                                     Costs(other), "other.pb");
  EXPECT_DOUBLE_EQ(what.now.value, 5000 * 2500 / 2.5e9);
  EXPECT_DOUBLE_EQ(what.then.value, 5000 * 5000 / 2.5e9);
  EXPECT_EQ(what.left_out, std::vector<std::string>{"MMIO to userspace"});
}

TEST(WhatIfTest, AnotherPagingIsSaid) {
  const Results now = CostsOf(2500, 5000);
  Results other = now;
  other.host.paging = "shadow";
  EXPECT_EQ(WithOtherCosts(SomeCounts(), now.host, Costs(now), Costs(other),
                           "shadow.pb")
                .notes.size(),
            1);
}

TEST(WhatIfTest, IoeventfdTakesIoToUserspace) {
  const Results now = CostsOf(2500, 5000);
  const WhatIf what = WithIoeventfd(SomeCounts(), now.host, Costs(now));
  EXPECT_DOUBLE_EQ(what.now.value, 5000 * 2500 / 2.5e9);
  EXPECT_DOUBLE_EQ(what.then.value, 5000 * 1250 / 2.5e9);
  // There is no mmio/ioeventfd in the costs.
  EXPECT_EQ(what.left_out, std::vector<std::string>{"MMIO to userspace"});
}

TEST(WhatIfTest, HaltPollByHistograms) {
  LiveCounts counts = MakeCounts({{"halt_poll_success_ns", 1e8}});
  // 100 halts of 1 to 2 us that a poll ended, 50 of 1 to 2 ms that waited.
  std::vector<double> success(12), wait(22);
  success[11] = 100;  // [1024, 2048)
  wait[21] = 50;      // [2^20, 2^21)
  counts.histograms = {{"halt_poll_success_hist", success},
                       {"halt_wait_hist", wait}};
  const absl::StatusOr<HaltPollWhatIf> what = WithHaltPoll(counts, 10000);
  ASSERT_TRUE(what.ok());
  EXPECT_DOUBLE_EQ(what->now, 0.01);
  EXPECT_DOUBLE_EQ(what->halts_per_second, 15);
  EXPECT_DOUBLE_EQ(what->ended_by_poll_now, 10);
  EXPECT_DOUBLE_EQ(what->ended_by_poll_then.value, 10);
  EXPECT_DOUBLE_EQ(what->then.low, (10 * 1024 + 5 * 10000) / 1e9);
  EXPECT_DOUBLE_EQ(what->then.high, (10 * 2048 + 5 * 10000) / 1e9);
  // None is polled.
  EXPECT_DOUBLE_EQ(WithHaltPoll(counts, 0)->then.high, 0);
}

TEST(WhatIfTest, WithoutHistogramsThereIsNoAnswer) {
  EXPECT_TRUE(absl::IsNotFound(WithHaltPoll(MakeCounts({}), 1).status()));
}

}  // namespace
}  // namespace exitbench
