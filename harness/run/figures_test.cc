#include "harness/run/figures.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Metric* Find(const CaseResult& result, const std::string& name) {
  for (const Metric& metric : result.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

// 1000 and 2000 ticks at 2 GHz are 0.5 and 1 us; for 4000 bytes that is 8000
// and 4000 MB/s.
TEST(Rates, FollowFromTimePerEvent) {
  const Case row = {.per_event = {.bytes = 4000, .items = 10, .item = "page"}};
  CaseResult result;
  AddRates(row, {1000, 2000}, 2e6, Tick::kTsc, result);
  ASSERT_EQ(result.metrics.size(), 3u);
  const Metric* page = Find(result, "per_page");
  ASSERT_NE(page, nullptr);
  EXPECT_EQ(page->runs[0].summary.mean, 150);
  const Metric* byte = Find(result, "ticks_per_byte");
  ASSERT_NE(byte, nullptr);
  EXPECT_EQ(byte->unit, Unit::kTicksPerByte);
  EXPECT_EQ(byte->runs[0].summary.max, .5);
  const Metric* speed = Find(result, "mb_per_s");
  ASSERT_NE(speed, nullptr);
  EXPECT_EQ(speed->unit, Unit::kMbPerS);
  EXPECT_EQ(speed->direction, Direction::kHigherIsBetter);
  EXPECT_EQ(speed->runs[0].summary.max, 8000);
  EXPECT_EQ(speed->runs[0].summary.min, 4000);
  for (const Metric& metric : result.metrics) EXPECT_FALSE(metric.gating);
}

TEST(Rates, ACountedTickIsNoTime) {
  CaseResult result;
  AddRates({.per_event = {.bytes = 4000}}, {1000}, 2e6, Tick::kInstruction,
           result);
  EXPECT_NE(Find(result, "ticks_per_byte"), nullptr);
  EXPECT_EQ(Find(result, "mb_per_s"), nullptr);
}

TEST(Rates, ACaseThatSaysNothingGetsNone) {
  CaseResult result;
  AddRates({.name = "t"}, {1000}, 2e6, Tick::kTsc, result);
  EXPECT_TRUE(result.metrics.empty());
}

}  // namespace
}  // namespace exitbench
