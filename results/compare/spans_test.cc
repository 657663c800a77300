#include "results/compare/spans.h"

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

bool Apart(const std::vector<double>& a, const std::vector<double>& b,
           double allowance = 0) {
  return AreFarApart(SpanOf(a), SpanOf(b), allowance);
}

TEST(Spans, AreOfTheRuns) {
  const Span span = SpanOf({30, 10, 20, 20});
  EXPECT_EQ(span.least, 10);
  EXPECT_EQ(span.most, 30);
  EXPECT_EQ(span.median, 20);
  EXPECT_EQ(span.runs, 4u);
  EXPECT_TRUE(span.RepeatsWithin(1));
  EXPECT_FALSE(span.RepeatsWithin(.99));
}

TEST(Spans, AJumpFarBeyondTheRunsIsSeenInTwo) {
  // vm/vm_lifecycle of Linux 5.10 and 6.1, instructions.
  EXPECT_TRUE(Apart({711000, 713000}, {11.9e6, 17.9e6}));
  EXPECT_TRUE(Apart({11.9e6, 17.9e6}, {711000, 713000}));
  EXPECT_FALSE(Apart({711000, 713000}, {1.0e6, 17.9e6}));
}

TEST(Spans, RunsThatTouchAreNeverApart) {
  EXPECT_FALSE(Apart({100, 110}, {110, 120}));
  EXPECT_FALSE(Apart({100, 110}, {105, 106}));
}

TEST(Spans, FewerRunsNeedMoreRoom) {
  // A gap of 2 to 1 for spans of 10%, as ratios: 7.3 times as wide.
  EXPECT_TRUE(Apart({100, 110}, {220, 242}));
  // 2.8 times.
  EXPECT_FALSE(Apart({100, 110}, {144, 158.4}));
  EXPECT_TRUE(Apart({100, 110, 105}, {144, 158.4, 150}));
}

TEST(Spans, OneRunHasNoSpan) {
  EXPECT_FALSE(Apart({100}, {1000, 1000, 1000, 1000}));
  EXPECT_FALSE(Apart({100, 100, 100, 100}, {1000}));
}

TEST(Spans, BootsAreAllowedFor) {
  EXPECT_TRUE(Apart({100, 101}, {120, 121}, std::log(1.18)));
  EXPECT_FALSE(Apart({100, 101}, {120, 121}, std::log(1.2)));
}

TEST(Spans, NothingHasNoRatio) {
  EXPECT_TRUE(Apart({0, 0}, {1, 1}));
  EXPECT_FALSE(Apart({0, .1}, {.5, .6}));
  EXPECT_TRUE(Apart({0, .1}, {1, 1.1}));
}

// Of two series of one normal distribution so many in 10,000 are far apart.
int FalseAlarms(size_t a, size_t b) {
  std::mt19937_64 engine(a * 100 + b);
  const auto uniform = [&engine] {
    return (static_cast<double>(engine() >> 11) + .5) * 0x1p-53;
  };
  const auto runs = [&uniform](size_t count) {
    std::vector<double> values;
    for (size_t i = 0; i < count; ++i) {
      const double normal =
          std::sqrt(-2 * std::log(uniform())) * std::cos(2 * M_PI * uniform());
      values.push_back(std::exp(.05 * normal));
    }
    return values;
  };
  int alarms = 0;
  for (int i = 0; i < 10000; ++i) alarms += Apart(runs(a), runs(b));
  return alarms;
}

TEST(Spans, NoiseIsSeldomFarApart) {
  for (size_t a = 2; a <= 8; ++a) {
    for (size_t b = a; b <= 15; ++b) {
      EXPECT_LE(FalseAlarms(a, b), 120) << a << " and " << b;
    }
  }
  EXPECT_LE(FalseAlarms(5, 5), 15);
  EXPECT_LE(FalseAlarms(3, 3), 50);
}

}  // namespace
}  // namespace exitbench
