#include "harness/metrics.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Metric* Find(const CaseResult& result, absl::string_view name) {
  for (const Metric& metric : result.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

TEST(RateMetrics, PerByteAndPerSecondWithTheirDirections) {
  Samples ticks;
  ticks.raw = {2000, 2000, 2000};
  CaseResult result;
  // 1000 bytes in 2000 ticks of 2 GHz: a microsecond.
  AddRateMetrics(1000, 2e6, ticks, result);
  const Metric* per_byte = Find(result, "ticks_per_byte");
  ASSERT_NE(per_byte, nullptr);
  EXPECT_DOUBLE_EQ(per_byte->runs[0].summary.iqm, 2);
  EXPECT_EQ(per_byte->direction, Direction::kLowerIsBetter);
  EXPECT_EQ(per_byte->unit, Unit::kTicksPerByte);
  const Metric* rate = Find(result, "rate");
  ASSERT_NE(rate, nullptr);
  EXPECT_DOUBLE_EQ(rate->runs[0].summary.iqm, 1000);
  EXPECT_EQ(rate->direction, Direction::kHigherIsBetter);
  EXPECT_EQ(rate->unit, Unit::kMbPerS);
}

TEST(NoiseMetrics, BothSidesAndNoShareWithoutCounters) {
  NoiseMeter noise;
  noise.WorkOnHost(1000, 50);
  CaseResult result;
  AddNoiseMetrics(noise, 2e6, result);
  EXPECT_NE(Find(result, "host_quantum"), nullptr);
  EXPECT_NE(Find(result, "host_lost"), nullptr);
  EXPECT_EQ(Find(result, "guest_detours_with_exit"), nullptr);
}

TEST(AddMetric, NothingWithoutSamples) {
  Samples none;
  CaseResult result;
  AddMetric("guest", true, none, result);
  EXPECT_TRUE(result.metrics.empty());
}

}  // namespace
}  // namespace exitbench
