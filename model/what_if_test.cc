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
  ASSERT_EQ(what.notes.size(), 2);
  EXPECT_EQ(what.notes[0],
            "MMIO to userspace is left out: mmio/ioeventfd is not in the file");
}

// Other kinds have shares, which an ioeventfd does not change.
TEST(WhatIfTest, WithoutCostsOfIoeventfdThereIsNoAnswer) {
  Results results = MakeResults("6.1.0", "boot", 1, 3);
  AddCost("pio/out", {2504}, results);
  AddCost("exit/hlt", {2504}, results);
  const LiveCounts counts = MakeCounts(
      {{"fpu_reload", 50000}, {"io_exits", 50000}, {"halt_exits", 10000}});
  const WhatIf what = WithIoeventfd(counts, results.host, Costs(results));
  EXPECT_EQ(what.compared, 0);
  EXPECT_EQ(what.now.value, 0);
  EXPECT_EQ(what.then.value, 0);
  EXPECT_EQ(what.left_out, std::vector<std::string>{"PIO to userspace"});
  EXPECT_EQ(what.notes[0],
            "PIO to userspace is left out: pio/ioeventfd is not in the file");
}

// Without I/O to userspace nothing changes, and that is an answer.
TEST(WhatIfTest, IoeventfdWithoutIoToUserspace) {
  Results results = MakeResults("6.1.0", "boot", 1, 3);
  AddCost("exit/hlt", {2504}, results);
  const WhatIf what = WithIoeventfd(MakeCounts({{"halt_exits", 10000}}),
                                    results.host, Costs(results));
  EXPECT_EQ(what.compared, 1);
  EXPECT_DOUBLE_EQ(what.now.value, 1000 * 2500 / 2.5e9);
  EXPECT_DOUBLE_EQ(what.then.value, what.now.value);
  EXPECT_EQ(what.notes.size(), 1);
}

// Ten seconds with 100 halts of 1024 to 2048 ns that a poll ended, and 50 of
// 2^20 to 2^21 ns that waited after a poll of 2000 ns had failed.
LiveCounts SomeHalts() {
  LiveCounts counts = MakeCounts({{"halt_poll_success_ns", 150000},
                                  {"halt_poll_fail_ns", 100000},
                                  {"halt_wait_ns", 50 * 1.5e6}});
  std::vector<double> success(12), wait(22);
  success[11] = 100;
  wait[21] = 50;
  counts.histograms = {{"halt_poll_success_hist", success},
                       {"halt_wait_hist", wait}};
  return counts;
}

TEST(WhatIfTest, HaltPollByHistograms) {
  Host host;
  const absl::StatusOr<HaltPollWhatIf> what =
      WithHaltPoll(SomeHalts(), host, 4e6);
  ASSERT_TRUE(what.ok());
  EXPECT_DOUBLE_EQ(what->now, 25e-6);
  EXPECT_EQ(what->now_by_rules, std::nullopt);
  EXPECT_DOUBLE_EQ(what->halts_per_second, 15);
  EXPECT_DOUBLE_EQ(what->ended_by_poll_now, 10);
  // All are shorter than the poll in the end, and as long as the sums say.
  EXPECT_NEAR(what->then.value, (150000 + 50 * 1.502e6) / 1e10, 1e-9);
  EXPECT_NEAR(what->then.low, (100 * 1024 + 50 * 0x1p20) / 1e10, 1e-9);
  // Not twice as long, as the buckets alone would allow.
  EXPECT_NEAR(what->then.high, what->then.value, 1e-9);
  EXPECT_NEAR(what->ended_by_poll_then.value, 15, 1e-4);
  // None is polled.
  EXPECT_EQ(WithHaltPoll(SomeHalts(), host, 0)->then.high, 0);
}

// Long halts shrink the poll, so it is far from its most.
TEST(WhatIfTest, HaltPollShrinks) {
  Host host;
  host.facts = {{"module.kvm.halt_poll_ns", "10000"},
                {"module.kvm.halt_poll_ns_shrink", "0"}};
  const absl::StatusOr<HaltPollWhatIf> what =
      WithHaltPoll(SomeHalts(), host, 10000);
  ASSERT_TRUE(what.ok());
  // After a short halt the next one is polled for 10 us, until a long one
  // comes: two of three halts are short.
  const double polled = 2.0 / 3;
  EXPECT_NEAR(what->then.value, polled * (150000 + 50 * 10000) / 1e10, 1e-10);
  EXPECT_NEAR(*what->now_by_rules, what->then.value, 1e-15);
  // Each long halt can keep one short one from being ended: in the end 50.
  EXPECT_NEAR(what->then.low, 50 * 1024 / 1e10, 1e-10);
  EXPECT_NEAR(what->then.high, (100 * 2048 + 50 * 10000) / 1e10, 1e-10);
  EXPECT_NEAR(what->ended_by_poll_then.value, 10 * polled, 1e-4);
}

TEST(WhatIfTest, WithoutHistogramsThereIsNoAnswer) {
  EXPECT_TRUE(
      absl::IsNotFound(WithHaltPoll(MakeCounts({}), Host(), 1).status()));
}

}  // namespace
}  // namespace exitbench
