#include "model/costs.h"

#include "gtest/gtest.h"
#include "model/testing.h"
#include "results/stats/histogram.h"

namespace exitbench {
namespace {

Results OneHost() { return MakeResults("6.1.0", "boot", 1, 3); }

// Adds `count` events of `ticks` to the histogram.
void AddEvents(uint64_t ticks, uint32_t count, Metric& metric) {
  metric.histogram.AddBucket(Histogram::Index(ticks), count);
}

TEST(CostsTest, IsTheMeanOfEventsUpToTenMedians) {
  Results results = OneHost();
  CaseResult& c = AddCost("cpu/cpuid", {104, 104, 124}, results);
  // Slow events of the path count, those of another do not.
  AddEvents(104, 90, c.metrics[0]);
  AddEvents(504, 10, c.metrics[0]);
  AddEvents(1000000, 1, c.metrics[0]);
  AddEvents(4, 100, c.metrics[1]);
  const Costs costs(results);
  const CaseCost* cost = costs.Find("cpu/cpuid");
  ASSERT_NE(cost, nullptr);
  EXPECT_NEAR(cost->ticks, 0.9 * 104 + 0.1 * 504 - 4, 1);
  EXPECT_NEAR(cost->deviation_ticks, 11.5, 0.1);
  EXPECT_DOUBLE_EQ(costs.ticks_per_second(), 2.5e9);
}

TEST(CostsTest, SlimFilesHaveOnlyInterquartileMeans) {
  Results results = OneHost();
  CaseResult& c = AddCost("cpu/cpuid", {2504, 2604, 9004}, results);
  for (RunStatistics& run : c.metrics[0].runs) run.summary.mean = 0;
  EXPECT_DOUBLE_EQ(Costs(results).Find("cpu/cpuid")->ticks, 2600);
}

TEST(CostsTest, OfAnExitToUserspaceItIsTheCall) {
  Results results = OneHost();
  CaseResult& c = AddCost("pio/out", {3504}, results);
  AddMetric("kvm_run", {3450}, 1, c).unit = Unit::kTicks;
  EXPECT_DOUBLE_EQ(Costs(results).Find("pio/out")->ticks, 3450);
}

TEST(CostsTest, SaysWhyThereIsNone) {
  Results results = OneHost();
  AddCost("pio/out", {3504}, results).outcome = Outcome::kSkipped;
  const Costs costs(results);
  EXPECT_EQ(costs.Find("pio/out"), nullptr);
  EXPECT_EQ(costs.WhyNot("pio/out"), "pio/out is SKIPPED");
  EXPECT_EQ(costs.WhyNot("pio/in"), "pio/in is not in the file");
}

TEST(CostsTest, LessThanTheControlIsNoCost) {
  Results results = OneHost();
  AddCost("pio/out", {3}, results);
  const Costs costs(results);
  EXPECT_EQ(costs.Find("pio/out"), nullptr);
  EXPECT_EQ(costs.WhyNot("pio/out"), "pio/out has no figure above 0");
}

// Ticks are no part of a second then.
TEST(CostsTest, WithoutTheSpeedOfTheClockThereIsNone) {
  Results results = OneHost();
  AddCost("pio/out", {3504}, results);
  for (const double khz : {0.0, -1.0}) {
    results.host.tsc_khz = khz;
    const Costs costs(results);
    EXPECT_EQ(costs.Find("pio/out"), nullptr);
    EXPECT_EQ(costs.WhyNot("pio/out"),
              "pio/out is of a clock of unknown speed");
  }
}

TEST(CostsTest, UserModeComesFirstWhereTheGuestsKernelRunsThere) {
  Results results = OneHost();
  AddCost("pio/out", {1004}, results);
  AddCost("pio/out.ring3", {2004}, results);
  EXPECT_EQ(Costs(results).Find("pio/out")->name, "pio/out");
  results.host.kvm_backend = "kvm_pvm";
  EXPECT_EQ(Costs(results).Find("pio/out")->name, "pio/out.ring3");
}

TEST(CostsTest, LinearityDecidesByItsRange) {
  Results results = OneHost();
  AddCost("a", {10}, results).linearity = {{10, 100}, {20, 105}, {40, 109}};
  AddCost("b", {10}, results).linearity = {{10, 100}, {20, 105}, {40, 112}};
  AddCost("c", {10}, results);
  // Three runs, of which one was slow as a whole.
  AddCost("e", {10}, results).linearity = {{10, 100}, {40, 101}, {10, 200},
                                           {40, 201}, {10, 101}, {40, 102}};
  // Runs that vary by 10%.
  AddCost("d", {1004, 1104, 1204}, results).linearity = {{10, 100}, {40, 125}};
  const Costs costs(results);
  EXPECT_EQ(costs.Find("a")->linearity, Linearity::kLinear);
  EXPECT_NEAR(costs.Find("a")->linearity_range, 0.09, 1e-9);
  EXPECT_EQ(costs.Find("b")->linearity, Linearity::kNotLinear);
  EXPECT_EQ(costs.Find("c")->linearity, Linearity::kNotChecked);
  EXPECT_EQ(costs.Find("d")->linearity, Linearity::kLinear);
  EXPECT_NEAR(costs.Find("e")->linearity_range, 1.0 / 101, 1e-9);
}

}  // namespace
}  // namespace exitbench
