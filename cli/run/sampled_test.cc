#include "cli/run/sampled.h"

#include "gtest/gtest.h"

namespace exitbench {
namespace {

Profile TwoCases() {
  Profile p;
  p.host.source = ProfileSource::kClock;
  p.cases = {
      {.name = "a",
       .sampled = {.clock = "cpu-clock", .samples = 1500, .attributed = 1498}},
      {.name = "b",
       .sampled = {.clock = "cpu-clock", .samples = 500, .attributed = 498}}};
  return p;
}

TEST(DescribeSampled, SumsAllCases) {
  EXPECT_EQ(
      DescribeSampled(TwoCases(), "x.profile.pb", false, ""),
      "profile: x.profile.pb: 2000 samples of 2 cases, 99.8% attributed, "
      "cpu-clock: with interrupts on only; hardware events: not measured, "
      "no PMU");
}

TEST(DescribeSampled, NmisNeedNoInterrupts) {
  Profile p = TwoCases();
  p.host.source = ProfileSource::kNmi;
  p.cases.pop_back();
  p.cases[0].sampled.clock = "cycles";
  EXPECT_EQ(DescribeSampled(p, "x", true, ""),
            "profile: x: 1500 samples of 1 case, 99.9% attributed, cycles by "
            "NMI");
}

TEST(DescribeSampled, WhatIsLostIsNotAttributed) {
  Profile p = TwoCases();
  p.cases[0].sampled.lost = 1996;
  p.cases.push_back(
      {.name = "c", .refused = "no sample", .sampled = {.clock = "cpu-clock"}});
  EXPECT_EQ(DescribeSampled(p, "x", true, "interrupted"),
            "profile: x: 2000 samples of 2 cases, 49.9% attributed (1996 "
            "lost), cpu-clock: with interrupts on only; 1 without samples; cut "
            "short: interrupted");
}

TEST(DescribeSampled, WithoutCasesThereIsNone) {
  EXPECT_EQ(DescribeSampled({}, "x", false, "its process died"),
            "profile: none; cut short: its process died");
}

}  // namespace
}  // namespace exitbench
