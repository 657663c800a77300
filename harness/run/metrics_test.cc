#include "harness/run/metrics.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

const Metric* Find(const CaseResult& result, absl::string_view name) {
  for (const Metric& metric : result.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
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
