#include "results/fleet/tail.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace exitbench {
namespace {

using Draw = std::function<double(std::mt19937_64&)>;

// Returns in how many of `fleets` any of `hosts` alike hosts stands out in any
// of `figures`, at 5%.
int FalseAlarms(int fleets, int hosts, int figures, const Draw& draw) {
  std::mt19937_64 engine(7);
  const double most = .05 / hosts / figures;
  int alarms = 0;
  for (int fleet = 0; fleet < fleets; ++fleet) {
    bool alarm = false;
    for (int figure = 0; figure < figures; ++figure) {
      std::vector<double> values;
      for (int host = 0; host < hosts; ++host) values.push_back(draw(engine));
      const Tails tails(values);
      for (double value : values) alarm = alarm || tails.P(value) <= most;
    }
    alarms += alarm;
  }
  return alarms;
}

double Laplace(std::mt19937_64& engine) {
  std::exponential_distribution<double> size;
  return (engine() & 1) ? size(engine) : -size(engine);
}

double Normal(std::mt19937_64& engine) {
  return std::normal_distribution<double>()(engine);
}

// Most hosts are alike, one in 14 is slower by what differs much.
double Skewed(std::mt19937_64& engine) {
  std::uniform_real_distribution<double> uniform;
  return Normal(engine) + (uniform(engine) < .07 ? 10 * uniform(engine) : 0);
}

TEST(Tails, AlikeHostsRarelyStandOut) {
  for (int hosts : {8, 20, 60, 100, 400}) {
    SCOPED_TRACE(hosts);
    EXPECT_LE(FalseAlarms(100, hosts, 20, Normal), 5);
    EXPECT_LE(FalseAlarms(100, hosts, 20, Laplace), 12);
  }
  EXPECT_LE(FalseAlarms(20, 2000, 20, Normal), 1);
  EXPECT_LE(FalseAlarms(20, 2000, 20, Laplace), 2);
  EXPECT_LE(FalseAlarms(20, 2000, 20, Skewed), 1);
}

TEST(Tails, NineOddHostsDoNotHideEachOther) {
  std::mt19937_64 engine(3);
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(Normal(engine));
  const double before = Tails(values).P(12);
  for (int i = 0; i < 9; ++i) values[static_cast<size_t>(i)] = 12;
  const double after = Tails(values).P(12);
  EXPECT_LT(before, 1e-8);
  EXPECT_LT(after, 1e-7);
}

TEST(Tails, OfTheSameValuesAnyOtherStandsOut) {
  std::vector<double> values(20, 5);
  values[3] = 6;
  const Tails tails(values);
  EXPECT_EQ(tails.median(), 5);
  EXPECT_EQ(tails.P(5), 1);
  EXPECT_EQ(tails.P(6), 0);
  EXPECT_EQ(tails.P(4), 0);
}

TEST(Tails, EachSideHasItsOwn) {
  std::vector<double> values;
  for (int i = 0; i < 500; ++i) values.push_back(-i / 500.);
  for (int i = 0; i < 500; ++i) values.push_back(i / 50.);
  const Tails tails(values);
  EXPECT_LT(tails.P(-5), 1e-6);
  EXPECT_EQ(tails.P(5), 1);
}

// By scipy.stats.binomtest(k, n).pvalue.
TEST(SignTest, AsScipy) {
  EXPECT_NEAR(SignTest(0, 10), 0.001953125, 1e-12);
  EXPECT_NEAR(SignTest(9, 1), 0.021484375, 1e-12);
  EXPECT_NEAR(SignTest(60, 40), 0.05688793364098, 1e-10);
  EXPECT_EQ(SignTest(5, 5), 1);
  EXPECT_NEAR(SignTest(5200, 4800), 6.6e-5, 3e-6);
}

// By Conover, Practical Nonparametric Statistics: the 95% interval of a median.
TEST(MedianRank, OfSmallSamples) {
  EXPECT_EQ(MedianRank(5), 5u);
  EXPECT_EQ(MedianRank(6), 0u);
  EXPECT_EQ(MedianRank(8), 0u);
  EXPECT_EQ(MedianRank(9), 1u);
  EXPECT_EQ(MedianRank(20), 5u);
}

TEST(RobustDeviation, IsThatOfNormalValues) {
  std::mt19937_64 engine(1);
  std::vector<double> values;
  for (int i = 0; i < 20000; ++i) values.push_back(3 + 2 * Normal(engine));
  for (int i = 0; i < 100; ++i) values.push_back(1000);
  EXPECT_NEAR(RobustDeviation(values), 2, .06);
}

}  // namespace
}  // namespace exitbench
