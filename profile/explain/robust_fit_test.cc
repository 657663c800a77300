#include "profile/explain/robust_fit.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

// A sample of fit_oracle.txt and SciPy's answers.
struct Oracle {
  Sample sample;
  std::map<std::string, std::vector<double>> answers;
};

std::map<std::string, Oracle> ReadOracles() {
  std::map<std::string, Oracle> oracles;
  std::ifstream file("profile/explain/testdata/fit_oracle.txt");
  Oracle* oracle = nullptr;
  size_t rows = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    double number;
    if (rows > 0) {
      --rows;
      std::vector<double> row;
      double measured;
      words >> measured;
      while (words >> number) row.push_back(number);
      oracle->sample.Add(row, measured);
      continue;
    }
    words >> word;
    if (word == "sample") {
      words >> word;
      oracle = &oracles[word];
      words >> rows >> oracle->sample.terms;
      continue;
    }
    std::vector<double>& answer = oracle->answers[word];
    while (words >> number) answer.push_back(number);
  }
  return oracles;
}

void ExpectNear(const std::vector<double>& got, const std::vector<double>& want,
                double part) {
  ASSERT_EQ(got.size(), want.size());
  for (size_t i = 0; i < got.size(); ++i) {
    EXPECT_NEAR(got[i], want[i], part * std::abs(want[i])) << i;
  }
}

TEST(RobustFit, FindsWhatSciPyFinds) {
  const std::map<std::string, Oracle> oracles = ReadOracles();
  ASSERT_EQ(oracles.size(), 3);
  for (const auto& [name, oracle] : oracles) {
    SCOPED_TRACE(name);
    const std::optional<RobustFit> fit = FitRobustly(oracle.sample);
    ASSERT_TRUE(fit.has_value());
    ExpectNear(fit->costs, oracle.answers.at("costs"), 1e-6);
    ExpectNear({fit->sigma}, oracle.answers.at("sigma"), 1e-6);
    ExpectNear(LeaveOneOut(oracle.sample), oracle.answers.at("others"), 1e-6);
  }
}

TEST(RobustFit, BootstrapsWhatSciPyBootstraps) {
  const std::map<std::string, Oracle> oracles = ReadOracles();
  const Oracle& oracle = oracles.at("outliers");
  const std::optional<RobustFit> fit = FitRobustly(oracle.sample);
  ASSERT_TRUE(fit.has_value());
  std::vector<double> low, high;
  for (const Interval& interval : BootstrapIntervals(oracle.sample, *fit)) {
    low.push_back(interval.low);
    high.push_back(interval.high);
  }
  ExpectNear(low, oracle.answers.at("low"), 1e-3);
  ExpectNear(high, oracle.answers.at("high"), 1e-3);
}

// Events of which some have WRMSR, with known costs.
class Planted {
 public:
  explicit Planted(double noise, size_t outliers = 0) {
    sample_.terms = 4;
    for (size_t i = 0; i < 120; ++i) {
      const std::vector<double> row = {
          800.0 + 150 * static_cast<double>(i * 7 % 120),
          static_cast<double>(i % 4), 1, static_cast<double>(i % 3)};
      double measured = .7 * row[0] + 1800 * row[1] + 60 + 250 * row[3];
      measured *= 1 + noise * (2 * Uniform() - 1);
      // All on one side: nothing takes less than it should.
      if (i < outliers) measured *= 2 + 8 * Uniform();
      sample_.Add(row, measured);
    }
  }

  const Sample& sample() const { return sample_; }

 private:
  double Uniform() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }

  Sample sample_;
  std::mt19937_64 engine_{7};
};

TEST(RobustFit, FindsExactCosts) {
  const std::optional<RobustFit> fit = FitRobustly(Planted(0).sample());
  ASSERT_TRUE(fit.has_value());
  ExpectNear(fit->costs, {.7, 1800, 60, 250}, 1e-9);
  EXPECT_EQ(fit->sigma, kLeastSigma);
}

TEST(RobustFit, OutliersDoNotMoveIt) {
  // 24 of 120 cases take 2 to 10 times as long.
  const std::optional<RobustFit> exact = FitRobustly(Planted(0, 24).sample());
  ASSERT_TRUE(exact.has_value());
  ExpectNear(exact->costs, {.7, 1800, 60, 250}, 1e-6);
  const Sample noisy = Planted(.04, 24).sample();
  const std::optional<RobustFit> fit = FitRobustly(noisy);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->costs[0], .7, .02);
  EXPECT_NEAR(fit->costs[1], 1800, 60);
  EXPECT_NEAR(fit->costs[2], 60, 120);
  EXPECT_NEAR(fit->costs[3], 250, 60);
  // Noise is even within 4%: the median size of it is 2%.
  EXPECT_NEAR(fit->sigma, .02 / .6745, .012);
  const std::vector<double> truth = {.7, 1800, 60, 250};
  const std::vector<Interval> intervals = BootstrapIntervals(noisy, *fit);
  for (size_t i = 0; i < truth.size(); ++i) {
    EXPECT_LT(intervals[i].low, truth[i]) << i;
    EXPECT_GT(intervals[i].high, truth[i]) << i;
    EXPECT_LT(intervals[i].low, fit->costs[i]) << i;
    EXPECT_GT(intervals[i].high, fit->costs[i]) << i;
  }
  EXPECT_LT(intervals[0].high - intervals[0].low, .04);
  EXPECT_LT(intervals[1].high - intervals[1].low, 120);
}

// Cases that take another path on the host: hardly any cycles, or far too many.
TEST(RobustFit, LeversDoNotMoveIt) {
  for (const double factor : {.01, 1000.0}) {
    Sample sample = Planted(0).sample();
    for (size_t i = 0; i < 12; ++i) sample.measured[10 * i] *= factor;
    const std::optional<RobustFit> fit = FitRobustly(sample);
    ASSERT_TRUE(fit.has_value());
    ExpectNear(fit->costs, {.7, 1800, 60, 250}, 1e-6);
    EXPECT_EQ(ScreenTerms(sample)[3].dropped, Dropped::kNot);
  }
}

// Least squares of the same sample are far off: the weights do that.
TEST(RobustFit, PlainLeastSquaresWouldBeMoved) {
  const Sample sample = Planted(0, 24).sample();
  double with = 0, without = 0;
  for (size_t i = 0; i < sample.cases(); ++i) {
    const double ratio =
        sample.measured[i] / Predict(sample, i, {.7, 1800, 60, 250});
    with += ratio;
    without += ratio < 1.5;
  }
  EXPECT_EQ(without, 96);
  EXPECT_GT(with / 120, 1.5);
}

TEST(RobustFit, SaysWhereTermsCanNotBeToldApart) {
  Sample sample = {.terms = 2};
  for (int i = 1; i <= 20; ++i) {
    sample.Add({100.0 * i, 200.0 * i}, 300.0 * i);
  }
  EXPECT_FALSE(FitRobustly(sample).has_value());
  EXPECT_FALSE(FitRobustly({.terms = 1}).has_value());
  EXPECT_TRUE(std::isnan(LeaveOneOut(sample)[0]));
  const Interval none = BootstrapIntervals(sample, {{1, 1}, .1})[0];
  EXPECT_TRUE(std::isnan(none.low));
}

// What files can hold: sums that overflow are no fit, and no crash.
TEST(RobustFit, EndsWithoutAnAnswerWhereNumbersOverflow) {
  for (const double huge : {1e300, HUGE_VAL, std::nan("")}) {
    Sample sample = {.terms = 2};
    for (int i = 1; i <= 20; ++i)
      sample.Add({huge * i, 1.0 * (i % 3)}, 5.0 * i);
    ScreenTerms(sample);
    const std::optional<RobustFit> fit = FitRobustly(sample);
    if (!fit.has_value()) continue;
    for (const double cost : fit->costs) EXPECT_TRUE(std::isfinite(cost));
  }
}

TEST(ScreenTerms, OwnPartsAreThoseOfNumPy) {
  int compared = 0;
  for (const auto& [name, oracle] : ReadOracles()) {
    SCOPED_TRACE(name);
    const std::vector<double>& own = oracle.answers.at("own");
    ASSERT_EQ(own.size(), 3);
    if (ScreenTerms(oracle.sample)[1].dropped != Dropped::kNot) continue;
    ++compared;
    // The last term, plus so much of the second that its own part is exactly at
    // the limit.
    double first = 0, last = 0, cross = 0;
    const Sample& s = oracle.sample;
    for (size_t i = 0; i < s.cases(); ++i) {
      const double size =
          std::max(s.measured[i], TypicalCost(s) * s.counts[3 * i] / 2);
      const double a = s.counts[3 * i + 1] / size,
                   b = s.counts[3 * i + 2] / size;
      first += a * a, last += b * b, cross += a * b;
    }
    // own * last / (last + 2 f cross + f^2 first) = limit, for f.
    const double wanted = own[2] * last / kLeastOwnPart;
    const double f =
        (-cross + std::sqrt(cross * cross - first * (last - wanted))) / first;
    for (const double off : {.999, 1.001}) {
      Sample mixed = s;
      for (size_t i = 0; i < s.cases(); ++i) {
        mixed.counts[3 * i + 2] += off * f * s.counts[3 * i + 1];
      }
      const Screened screened = ScreenTerms(mixed)[2];
      EXPECT_EQ(screened.dropped == Dropped::kCollinear, off > 1);
      if (off > 1) {
        EXPECT_EQ(screened.like, 1);
      }
    }
  }
  EXPECT_GE(compared, 2);
}

TEST(ScreenTerms, SaysWhyEachIsDropped) {
  Sample sample = {.terms = 7};
  for (size_t i = 0; i < 60; ++i) {
    const double instructions = 1000 + 400.0 * static_cast<double>(i % 9);
    const double entries = static_cast<double>(i % 3);
    sample.Add({instructions, entries,
                0,                                  // Absent.
                entries + (i == 8 ? .2 : 0),        // One case differs.
                i % 20 == 0 ? 1.0 : 0,              // In three cases.
                2 * entries + .001 * instructions,  // A sum of others.
                i % 2 == 0 ? 3.0 : 0},
               instructions + 2000 * entries);
  }
  const std::vector<Screened> screened = ScreenTerms(sample);
  EXPECT_EQ(screened[0].dropped, Dropped::kNot);
  EXPECT_EQ(screened[1].dropped, Dropped::kNot);
  EXPECT_EQ(screened[2].dropped, Dropped::kAbsent);
  EXPECT_EQ(screened[3].dropped, Dropped::kCollinear);
  EXPECT_EQ(screened[3].like, 1);
  EXPECT_EQ(screened[4].dropped, Dropped::kFewCases);
  EXPECT_EQ(screened[5].dropped, Dropped::kCollinear);
  EXPECT_LT(screened[5].like, 2);
  EXPECT_EQ(screened[6].dropped, Dropped::kNot);
  const Sample kept = KeepTerms(sample, screened);
  EXPECT_EQ(kept.terms, 3);
  EXPECT_EQ(kept.cases(), 60);
  EXPECT_EQ(kept.counts[0], 1000);
  EXPECT_EQ(kept.counts[2], 3);
  const std::optional<RobustFit> fit = FitRobustly(kept);
  ASSERT_TRUE(fit.has_value());
  EXPECT_NEAR(fit->costs[0], 1, 1e-9);
  EXPECT_NEAR(fit->costs[1], 2000, 1e-6);
  EXPECT_NEAR(fit->costs[2], 0, 1e-6);
}

TEST(ScreenTerms, FewCasesHaveFewTerms) {
  Sample sample = {.terms = 3};
  for (size_t i = 0; i < 10; ++i) {
    sample.Add({1000 + 300.0 * static_cast<double>(i),
                static_cast<double>(i % 2), static_cast<double>(i / 2 % 2)},
               2000);
  }
  const std::vector<Screened> screened = ScreenTerms(sample);
  EXPECT_EQ(screened[1].dropped, Dropped::kNot);
  EXPECT_EQ(screened[2].dropped, Dropped::kManyTerms);
}

TEST(RelativeResidual, IsOfThePredictedButOfNoSmallPartOfWhatIsUsual) {
  Sample sample = {.terms = 1};
  for (const double measured : {150, 50, 400, 1000})
    sample.Add({200}, measured);
  // 150 / 200 and 400 / 200.
  EXPECT_DOUBLE_EQ(TypicalCost(sample), 1.375);
  const auto of = [&sample](size_t row, double predicted) {
    return RelativeResidual(sample, row, predicted, TypicalCost(sample));
  };
  EXPECT_DOUBLE_EQ(of(0, 200), -.25);
  EXPECT_DOUBLE_EQ(of(1, 200), -.75);
  EXPECT_DOUBLE_EQ(of(2, 160), 1.5);
  EXPECT_DOUBLE_EQ(of(3, 100), 900. / 250);
  EXPECT_DOUBLE_EQ(of(3, -250), 5);
  EXPECT_DOUBLE_EQ(of(1, 10), 40 / (1.375 * 200 / 2));
}

}  // namespace
}  // namespace exitbench
