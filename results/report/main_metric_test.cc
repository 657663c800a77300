#include "results/report/main_metric.h"

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

TEST(MainMetricTest, TheGuestsComesFirst) {
  CaseResult c;
  EXPECT_EQ(MainMetric(c), nullptr);
  EXPECT_EQ(ControlOf(c), nullptr);
  AddMetric("exits", {1}, 1, c);
  EXPECT_EQ(MainMetric(c), nullptr);
  AddMetric("kvm_run", {3000}, 1, c);
  EXPECT_EQ(MainMetric(c)->name, "kvm_run");
  AddMetric("round_trip", {9000}, 1, c);
  EXPECT_EQ(MainMetric(c)->name, "round_trip");
  EXPECT_EQ(SeenByGuest(c), nullptr);
  AddMetric("guest", {4000}, 1, c);
  EXPECT_EQ(MainMetric(c)->name, "guest");
  AddMetric("guest_mean", {4000}, 1, c);
  EXPECT_EQ(MainMetric(c)->name, "guest_mean");
  EXPECT_EQ(SeenByHost(c)->name, "round_trip");
  AddMetric("guest_control", {10}, 1, c);
  EXPECT_EQ(ControlOf(c)->name, "guest_control");
}

TEST(MainMetricTest, SpreadIsAPartOfTheMean) {
  CaseResult c;
  EXPECT_DOUBLE_EQ(*SpreadOfRuns(AddMetric("a", {90, 100, 110}, 1, c)), .1);
  EXPECT_EQ(*SpreadOfRuns(AddMetric("b", {5, 5}, 1, c)), 0);
  EXPECT_FALSE(SpreadOfRuns(AddMetric("c", {5}, 1, c)).has_value());
  EXPECT_FALSE(SpreadOfRuns(AddMetric("d", {-1, 1}, 1, c)).has_value());
}

}  // namespace
}  // namespace exitbench
