#include "results/boots/diff_boots.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/compare/diff.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

// Returns sessions of one boot each. The effects of the boots are logarithms,
// by case and boot.
Results Boots(const std::string& kernel,
              const std::vector<std::vector<double>>& effects,
              double centre = 1000) {
  const size_t boots = effects[0].size();
  Results r = MakeResults(kernel, "", static_cast<uint32_t>(boots));
  for (size_t i = 0; i < boots; ++i) {
    r.sessions[i].boot_id = absl::StrCat(kernel, "-", i);
  }
  for (size_t c = 0; c < effects.size(); ++c) {
    std::vector<double> runs;
    for (double effect : effects[c]) {
      for (int run = 0; run < 5; ++run) {
        runs.push_back(centre * std::exp(effect) * (1 + 1e-6 * run));
      }
    }
    AddCase(absl::StrCat("case/", c), runs, r);
  }
  return r;
}

TEST(DiffBootsTest, EachSideHasItsOwnMiddle) {
  const std::vector<std::vector<double>> effects = {{-.01, 0, .01}, {0, 0, 0}};
  const Side a = MakeSide(Boots("6.1", effects), "a");
  const Side b = MakeSide(Boots("6.2", effects, 2000), "b");
  const std::optional<BootVariation> v = VariationWithin({&a, &b});
  ASSERT_TRUE(v.has_value());
  // Four deviations of 1%, four degrees of freedom. The difference of the
  // kernels is not included.
  EXPECT_NEAR(v->cases[0].sigma, .01, 1e-5);
  EXPECT_NEAR(v->cases[1].sigma, 0, 1e-5);
  // A few boots may agree by chance.
  EXPECT_GT(v->Sigma("case/1", "kvm_run"), .004);
}

TEST(DiffBootsTest, RunsWithinABootAreNotTheBoots) {
  Results r = MakeResults("6.1", "", 3, 5);
  std::vector<double> runs;
  for (int boot = 0; boot < 3; ++boot) {
    r.sessions[static_cast<size_t>(boot)].boot_id = absl::StrCat(boot);
    for (int run = 0; run < 5; ++run) runs.push_back(1000 * (1 + .02 * run));
  }
  AddCase("pio/out", runs, r);
  const Side side = MakeSide(r, "a");
  const std::optional<BootVariation> v = VariationWithin({&side});
  ASSERT_TRUE(v.has_value());
  EXPECT_EQ(v->Sigma("pio/out", "kvm_run"), 0);
}

TEST(DiffBootsTest, TooFewBootsCanNotTell) {
  const Side one = MakeSide(Boots("6.1", {{0}}), "a");
  const Side two = MakeSide(Boots("6.2", {{0, .01}}), "b");
  const Side three = MakeSide(Boots("6.3", {{0, .01, .02}}), "c");
  EXPECT_FALSE(VariationWithin({}).has_value());
  EXPECT_FALSE(VariationWithin({&one, &one}).has_value());
  EXPECT_FALSE(VariationWithin({&one, &two}).has_value());
  EXPECT_TRUE(VariationWithin({&two, &two}).has_value());
  EXPECT_TRUE(VariationWithin({&one, &three}).has_value());
}

TEST(DiffBootsTest, NumbersWithoutLogsAreLeftOut) {
  Results r = Boots("6.1", {{0, .01, .02}, {0, .01, .02}, {0, .01, .02}});
  r.cases[0].metrics[0].runs[0].summary.iqm = 0;
  r.cases[1].metrics[0].runs[0].summary.iqm = 5e-324;
  r.cases[1].metrics[0].runs[5].summary.iqm = 1e308;
  const Side side = MakeSide(r, "a");
  const std::optional<BootVariation> v = VariationWithin({&side});
  ASSERT_TRUE(v.has_value());
  ASSERT_EQ(v->cases.size(), 1u);
  EXPECT_EQ(v->cases[0].case_name, "case/2");
}

// Boots differ by 1% on both sides, kernels by 1.5%. All 15 runs a side show a
// change, but three boots are too few for it.
TEST(DiffBootsTest, BootsWidenMarginAndInterval) {
  const auto compare = [](const std::vector<double>& effects, double centre) {
    DiffOptions options;
    options.threshold = .005;
    return CompareSides(MakeSide(Boots("6.1", {effects}), "a"),
                        MakeSide(Boots("6.2", {effects}, centre), "b"), options)
        .cases[0]
        .metrics[0];
  };
  const std::vector<double> boots = {-.01, 0, .01};
  const MetricDiff m = compare(boots, 1015);
  const double half = 1.96 * .01 * std::sqrt(2. / 3);
  EXPECT_LE(m.p_adjusted, .05);
  EXPECT_EQ(m.change, Change::kUnsure);
  EXPECT_GE(m.margin, half);
  EXPECT_LE(m.ratio_low, 1.015 * (1 - half) + 1e-4);
  EXPECT_EQ(compare(boots, 1100).change, Change::kWorse);
  // The boots decide, not the runs.
  EXPECT_EQ(compare({0, 0, 0}, 1015).change, Change::kWorse);
}

// A case may be in one boot of three only.
TEST(DiffBootsTest, ACaseHasTheBootsItWasRunIn) {
  const std::vector<std::vector<double>> effects = {{-.01, 0, .01}};
  const Results a = Boots("6.1", effects);
  Results b = Boots("6.2", effects), c = b;
  for (auto& run : c.cases[0].runs) run.session = 1;
  for (size_t i = 0; i < c.cases[0].runs.size(); ++i) {
    c.cases[0].runs[i].round = static_cast<uint32_t>(i);
    c.cases[0].metrics[0].runs[i].summary = MakeSummary(1000 + .001 * i);
  }
  BootVariation known;
  known.typical_sigma = .01;
  DiffOptions options;
  options.boot_variation = &known;
  const auto high = [&](const Results& candidate) {
    return CompareSides(MakeSide(a, "a"), MakeSide(candidate, "b"), options)
        .cases[0]
        .metrics[0]
        .margin;
  };
  EXPECT_GT(high(c), .01 * std::sqrt(1. / 3 + 1) * 1.95);
  EXPECT_LT(high(b), .01 * std::sqrt(1. / 3 + 1) * 1.95);
}

}  // namespace
}  // namespace exitbench
