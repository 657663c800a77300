#include "results/model/summary.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

TEST(Summary, InterquartileMeanTakesTheMiddleHalf) {
  EXPECT_DOUBLE_EQ(InterquartileMean({1, 2, 3, 4}), 2.5);
  EXPECT_DOUBLE_EQ(InterquartileMean({0, 10, 20, 1000}), 15);
  // Five samples: a quarter of the second and fourth lie outside.
  EXPECT_DOUBLE_EQ(InterquartileMean({1, 2, 3, 4, 5}),
                   (0.75 * 2 + 3 + 0.75 * 4) / 2.5);
  EXPECT_DOUBLE_EQ(InterquartileMean({7}), 7);
  EXPECT_DOUBLE_EQ(InterquartileMean({}), 0);
}

TEST(Summary, OfKnownSamples) {
  std::vector<double> samples = {5, 1, 4, 2, 3};
  const Summary s = Summarize(samples);
  EXPECT_EQ(s.count, 5u);
  EXPECT_DOUBLE_EQ(s.mean, 3);
  EXPECT_NEAR(s.standard_deviation, 1.5811388300841898, 1e-12);
  EXPECT_DOUBLE_EQ(s.min, 1);
  EXPECT_DOUBLE_EQ(s.p50, 3);
  EXPECT_DOUBLE_EQ(s.p90, 4.6);
  EXPECT_DOUBLE_EQ(s.max, 5);
}

TEST(Summary, RepeatsAreComparedWithWhatMostRunsHave) {
  const auto repeats_of = [](const std::vector<double>& iqms) {
    Metric metric;
    for (double iqm : iqms) {
      metric.runs.emplace_back().summary.iqm = iqm;
    }
    return RepeatsOf(metric);
  };
  EXPECT_EQ(repeats_of({}).runs, 0u);
  EXPECT_EQ(repeats_of({7, 7, 7}).differing, 0u);
  EXPECT_EQ(repeats_of({7, 7, 7}).range, 0);
  const Repeats one_off = repeats_of({3268, 3264.5, 3264.5, 3264.5});
  EXPECT_EQ(one_off.runs, 4u);
  EXPECT_EQ(one_off.differing, 1u);
  EXPECT_DOUBLE_EQ(one_off.range, 3.5);
  EXPECT_EQ(repeats_of({1, 2, 3}).differing, 2u);
}

TEST(Summary, AllRunsPoolMeansAndVariances) {
  Metric metric;
  std::vector<double> a = {1, 2, 3}, b = {11, 12, 13, 14}, both = a;
  both.insert(both.end(), b.begin(), b.end());
  metric.runs = {{0, Summarize(a)}, {1, Summarize(b)}};
  const Summary pooled = SummarizeAllRuns(metric);
  const Summary direct = Summarize(both);
  EXPECT_EQ(pooled.count, direct.count);
  EXPECT_NEAR(pooled.mean, direct.mean, 1e-12);
  EXPECT_NEAR(pooled.standard_deviation, direct.standard_deviation, 1e-12);
  EXPECT_EQ(pooled.min, direct.min);
  EXPECT_EQ(pooled.max, direct.max);
  // Runs are the replicates: the median of 2 and 12.5.
  EXPECT_DOUBLE_EQ(pooled.iqm, (2 + 12.5) / 2);
}

TEST(Summary, NetSubtractsTheControlAndAddsVariances) {
  auto metric = [](std::vector<double> iqms) {
    Metric m;
    for (uint32_t i = 0; i < iqms.size(); ++i) {
      m.runs.push_back({i, {.count = 1, .iqm = iqms[i]}});
    }
    return m;
  };
  const NetCost net = NetOf(metric({97, 100, 103}), metric({36, 40, 44}));
  EXPECT_DOUBLE_EQ(net.ticks, 60);
  EXPECT_DOUBLE_EQ(net.standard_deviation, 5);
}

}  // namespace
}  // namespace exitbench
