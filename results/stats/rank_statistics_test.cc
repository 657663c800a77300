#include "results/stats/rank_statistics.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

namespace exitbench {
namespace {

std::vector<double> Numbers(absl::string_view text) {
  std::vector<double> numbers;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    double number;
    EXPECT_TRUE(absl::SimpleAtod(word, &number)) << word;
    numbers.push_back(number);
  }
  return numbers;
}

std::vector<double> Logs(std::vector<double> values) {
  for (double& value : values) value = std::log(value);
  return values;
}

void ExpectNear(double ours, double theirs) {
  if (std::isinf(theirs)) {
    EXPECT_EQ(ours, theirs);
  } else {
    EXPECT_NEAR(ours, theirs, 1e-9);
  }
}

// Compares with SciPy: see testdata/make_rank_oracle.py.
TEST(RankTest, AgreesWithScipy) {
  std::ifstream file("results/stats/testdata/rank_oracle.txt");
  ASSERT_TRUE(file.is_open());
  RankTester tester;
  std::vector<double> ps, holm_answers;
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    SCOPED_TRACE(line);
    const std::vector<std::string> parts = absl::StrSplit(line, '|');
    ASSERT_EQ(parts.size(), 5u);
    const std::vector<double> from = Numbers(parts[0]), to = Numbers(parts[1]);
    const double p = tester.MannWhitneyP(from, to);
    ExpectNear(p, Numbers(parts[2])[0]);
    const Shift shift = tester.HodgesLehmann(Logs(from), Logs(to), .95);
    const std::vector<double> theirs = Numbers(parts[3]);
    ExpectNear(shift.estimate, theirs[0]);
    ExpectNear(shift.low, theirs[1]);
    ExpectNear(shift.high, theirs[2]);
    ps.push_back(p);
    holm_answers.push_back(Numbers(parts[4])[0]);
    if (ps.size() == 50) {
      const std::vector<double> adjusted = HolmAdjust(ps);
      for (size_t i = 0; i < ps.size(); ++i) {
        ExpectNear(adjusted[i], holm_answers[i]);
      }
      ps.clear();
      holm_answers.clear();
    }
  }
  EXPECT_EQ(lines, 1000);
}

TEST(RankTest, SmallestPIsReachedByFullSeparation) {
  RankTester tester;
  for (size_t n : {1, 3, 8, 15}) {
    std::vector<double> low, high;
    for (size_t i = 0; i < n; ++i) {
      low.push_back(static_cast<double>(i));
      high.push_back(100 + static_cast<double>(i));
    }
    EXPECT_NEAR(tester.MannWhitneyP(low, high), SmallestP(n, n),
                1e-12 * SmallestP(n, n));
    EXPECT_EQ(tester.MannWhitneyP(low, high), tester.MannWhitneyP(high, low));
  }
  // docs/diff.md: 180 tests need 8 runs a side.
  EXPECT_GT(SmallestP(7, 7), .05 / 180);
  EXPECT_LT(SmallestP(8, 8), .05 / 180);
}

TEST(RankTest, EqualConstantsDoNotDiffer) {
  RankTester tester;
  const std::vector<double> five(5, 3256.0), many(200, 3256.0);
  EXPECT_EQ(tester.MannWhitneyP(five, five), 1);
  EXPECT_EQ(tester.MannWhitneyP(many, many), 1);
  const Shift shift = tester.HodgesLehmann(many, many, .95);
  EXPECT_EQ(shift.estimate, 0);
  EXPECT_EQ(shift.low, 0);
  EXPECT_EQ(shift.high, 0);
}

TEST(RankTest, NoRunsGiveNoEvidence) {
  RankTester tester;
  EXPECT_EQ(tester.MannWhitneyP({}, {1.0}), 1);
  EXPECT_TRUE(HolmAdjust({}).empty());
}

TEST(RankTest, ManyRunsStayAffordable) {
  RankTester tester;
  std::vector<double> from, to;
  for (int i = 0; i < 7500; ++i) {
    from.push_back(1000 + (i * 7919) % 1009);
    to.push_back(1010 + (i * 7927) % 1013);
  }
  const Shift shift = tester.HodgesLehmann(from, to, .95);
  EXPECT_LT(shift.low, shift.estimate);
  EXPECT_LT(shift.estimate, shift.high);
  EXPECT_NEAR(shift.estimate, 12, 1);
}

TEST(RankTest, NormalQuantile) {
  EXPECT_NEAR(NormalUpperQuantile(.025), 1.959963984540054, 1e-12);
  EXPECT_NEAR(NormalUpperQuantile(.5), 0, 1e-12);
}

}  // namespace
}  // namespace exitbench
