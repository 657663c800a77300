#include "harness/run/metrics.h"

#include <algorithm>
#include <set>

#include "gtest/gtest.h"
#include "results/model/names.h"

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
  AddMetric(MetricId::kGuest, none, result);
  EXPECT_TRUE(result.metrics.empty());
}

TEST(AddMetric, IsAsTheTableSays) {
  Samples samples;
  samples.Add(40, true);
  CaseResult result;
  AddMetric(MetricId::kExitLeg, samples, result);
  AddValue(MetricId::kExits, 2, result);
  ASSERT_EQ(result.metrics.size(), 2u);
  const Metric& leg = result.metrics[0];
  EXPECT_EQ(leg.name, "exit_leg");
  EXPECT_EQ(leg.unit, Unit::kTicks);
  EXPECT_EQ(leg.direction, Direction::kLowerIsBetter);
  EXPECT_TRUE(leg.gating);
  EXPECT_EQ(leg.runs[0].summary.mean, 40);
  EXPECT_EQ(leg.histogram.total(), 1u);
  const Metric& exits = result.metrics[1];
  EXPECT_EQ(exits.name, "exits");
  EXPECT_EQ(exits.unit, Unit::kCount);
  EXPECT_EQ(exits.direction, Direction::kExact);
  EXPECT_FALSE(exits.gating);
  EXPECT_EQ(exits.histogram.total(), 0u);
}

// Adds a batch of 100 events of `ticks`, with `loop` between them.
void AddBatch(uint64_t ticks, uint64_t loop, EventMeans& means) {
  std::vector<GuestStamp> stamps;
  for (uint64_t i = 0; i < 100; ++i) {
    const uint64_t begin = 1000 + i * (ticks + loop);
    stamps.push_back({begin, begin + ticks});
  }
  means.AddBatch(stamps.data(), 100, 1, KeptEvents(100), 0);
}

// Returns the result of a case on a clock of 25 MHz: events of 30 ticks, with
// `loop` between them.
CaseResult OnACoarseClock(const Case& row, uint64_t loop) {
  CaseResult result;
  for (const MetricId id : {MetricId::kGuest, MetricId::kKvmRun,
                            MetricId::kExitLeg, MetricId::kEntryLeg}) {
    AddValue(id, 30, result);
  }
  EventMeans event, control;
  AddBatch(30, loop, event);
  AddBatch(1, loop, control);
  AddEventMeans(row, 25000, event, control, result);
  return result;
}

TEST(EventMeans, AreJudgedInPlaceOfStampsOfSingleEvents) {
  const CaseResult result = OnACoarseClock({.name = "t"}, 3);
  for (const char* name : {"guest", "kvm_run", "exit_leg", "entry_leg"}) {
    ASSERT_NE(Find(result, name), nullptr) << name;
    EXPECT_FALSE(Find(result, name)->gating) << name;
  }
  ASSERT_NE(Find(result, "guest_mean"), nullptr);
  EXPECT_TRUE(Find(result, "guest_mean")->gating);
  EXPECT_EQ(Find(result, "guest_mean")->runs[0].summary.iqm, 33);
  ASSERT_NE(Find(result, "guest_mean_control"), nullptr);
  EXPECT_FALSE(Find(result, "guest_mean_control")->gating);
  EXPECT_EQ(Find(result, "guest_mean_control")->runs[0].summary.iqm, 4);
}

TEST(EventMeans, AreThoseOfStampsWhereSpansTellNothing) {
  // 14 ticks are more than 500 ns.
  EXPECT_EQ(Find(OnACoarseClock({.name = "t"}, 14), "guest_mean")
                ->runs[0]
                .summary.iqm,
            30);
  const Case works = {.name = "t", .works_between_events = true};
  EXPECT_EQ(Find(OnACoarseClock(works, 3), "guest_mean")->runs[0].summary.iqm,
            30);
}

TEST(EventMeans, AClockThatIsFineHasNone) {
  CaseResult result;
  AddValue(MetricId::kGuest, 30, result);
  EventMeans none;
  AddEventMeans({.name = "t"}, 2e6, none, none, result);
  ASSERT_EQ(result.metrics.size(), 1u);
  EXPECT_TRUE(result.metrics[0].gating);
}

TEST(MetricTable, NoTwoOfOneName) {
  std::set<absl::string_view> names;
  for (const MetricSpec& spec : kMetrics) {
    EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
  }
}

// results/ knows metrics by their names alone.
TEST(MetricTable, WhatHasAColumnIsAMetric) {
  for (absl::string_view column : kMetricsInTable) {
    EXPECT_TRUE(std::any_of(
        std::begin(kMetrics), std::end(kMetrics),
        [column](const MetricSpec& spec) { return spec.name == column; }))
        << column;
  }
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
