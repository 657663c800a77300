#include "results/boots/boot_variation.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/boots/boot_variation_io.h"
#include "results/compare/diff.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

// Returns one boot in which each case has its own factor.
Side Boot(int boot, const std::vector<double>& factors) {
  Results r = MakeResults("6.1", absl::StrCat("boot", boot));
  for (size_t c = 0; c < factors.size(); ++c) {
    std::vector<double> runs;
    for (int i = 0; i < 15; ++i) {
      runs.push_back(1000 * factors[c] * (1 + 1e-5 * i));
    }
    AddCase(absl::StrCat("case/", c), runs, r);
  }
  return MakeSide(r, absl::StrCat("file", boot));
}

// The first case varies by 1% from boot to boot, the second does not vary.
std::vector<Side> Boots(int n) {
  std::vector<Side> sides;
  for (int i = 0; i < n; ++i) {
    sides.push_back(Boot(i, {std::exp(i % 2 == 0 ? .01 : -.01), 1}));
  }
  return sides;
}

TEST(BootVariationTest, FindsWhatMovesFromBootToBoot) {
  const absl::StatusOr<BootVariation> v = MeasureBootVariation(Boots(6));
  ASSERT_TRUE(v.ok()) << v.status();
  EXPECT_EQ(v->boots, 6u);
  ASSERT_EQ(v->cases.size(), 2u);
  // Six deviations of 1% from the mean, five degrees of freedom.
  EXPECT_NEAR(v->cases[0].sigma, .01 * std::sqrt(6.0 / 5), 1e-5);
  EXPECT_NEAR(v->cases[0].range, 20, .1);
  EXPECT_NEAR(v->cases[1].sigma, 0, 1e-5);
  // At least the typical one, which unknown cases get.
  EXPECT_GT(v->typical_sigma, .004);
  EXPECT_EQ(v->Sigma("case/1", "kvm_run"), v->typical_sigma);
  EXPECT_EQ(v->Sigma("none", "kvm_run"), v->typical_sigma);
  EXPECT_EQ(v->Range("none", "kvm_run"), 0);
  EXPECT_EQ(v->Sigma("case/0", "kvm_run"), v->cases[0].sigma);
}

TEST(BootVariationTest, WantsSeveralBootsOfOneKernel) {
  EXPECT_TRUE(
      absl::IsFailedPrecondition(MeasureBootVariation(Boots(2)).status()));
  std::vector<Side> twice = {Boots(1)[0], Boots(1)[0], Boots(1)[0]};
  EXPECT_TRUE(absl::IsFailedPrecondition(MeasureBootVariation(twice).status()));
  std::vector<Side> kernels = Boots(5);
  kernels[2].host.kernel_release = "6.2";
  EXPECT_TRUE(absl::StrContains(
      MeasureBootVariation(kernels).status().message(), "file2"));
  std::vector<Side> payloads = Boots(5);
  payloads[3].cases[0].code_hash = "another";
  EXPECT_FALSE(MeasureBootVariation(payloads).ok());
}

TEST(BootVariationTest, WidensWhatDiffAccepts) {
  const absl::StatusOr<BootVariation> v = MeasureBootVariation(Boots(6));
  ASSERT_TRUE(v.ok());
  DiffOptions options;
  const Side from = Boot(10, {1, 1}), to = Boot(11, {1.03, 1.08});
  EXPECT_EQ(CompareSides(from, to, options).counts.worse, 2u);
  options.boot_variation = &*v;
  const Diff diff = CompareSides(from, to, options);
  EXPECT_EQ(diff.cases[0].metrics[0].change, Change::kUnsure);
  EXPECT_EQ(diff.cases[1].metrics[0].change, Change::kWorse);
  EXPECT_GT(diff.cases[0].metrics[0].margin, .03);
  // The interval includes the boot variance too.
  EXPECT_LT(diff.cases[0].metrics[0].ratio_low, 1.01);
}

TEST(BootVariationTest, FilesComeBackTheSame) {
  const absl::StatusOr<BootVariation> v = MeasureBootVariation(Boots(6));
  ASSERT_TRUE(v.ok());
  const absl::StatusOr<BootVariation> back =
      BootVariationFromText(BootVariationToText(*v));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_EQ(back->boots, v->boots);
  EXPECT_EQ(back->typical_sigma, v->typical_sigma);
  ASSERT_EQ(back->cases.size(), 2u);
  EXPECT_EQ(back->cases[0].sigma, v->cases[0].sigma);
  EXPECT_EQ(back->cases[0].range, v->cases[0].range);
  EXPECT_TRUE(CheckBootVariation(*back, Boot(1, {1})).ok());
  Side other = Boot(1, {1});
  other.host.cpu_model = "another";
  EXPECT_FALSE(CheckBootVariation(*back, other).ok());
}

TEST(BootVariationTest, AFileIsOfOneArchitecture) {
  std::vector<Side> boots = Boots(6);
  for (Side& side : boots) {
    side.host.architecture = "aarch64";
    side.host.tick = Tick::kCounter;
  }
  const absl::StatusOr<BootVariation> v = MeasureBootVariation(boots);
  ASSERT_TRUE(v.ok()) << v.status();
  const absl::StatusOr<BootVariation> back =
      BootVariationFromText(BootVariationToText(*v));
  ASSERT_TRUE(back.ok()) << back.status();
  EXPECT_TRUE(CheckBootVariation(*back, boots[0]).ok());
  EXPECT_EQ(CheckBootVariation(*back, Boot(1, {1})).message(),
            "the calibration is of another host: architecture aarch64, not "
            "x86_64");
  // Files of old versions do not say.
  BootVariation old = *back;
  old.host.architecture = "";
  old.host.tick = Tick::kTsc;
  EXPECT_TRUE(CheckBootVariation(old, Boot(1, {1})).ok());
  EXPECT_FALSE(CheckBootVariation(old, boots[0]).ok());
  boots[3].host.architecture = "x86_64";
  EXPECT_TRUE(absl::IsFailedPrecondition(MeasureBootVariation(boots).status()));
}

TEST(BootVariationTest, OtherFilesAreNoCalibration) {
  for (const char* text :
       {"", "schema_version: 2", "schema_version: 1 typical_sigma: -1",
        "schema_version: 1 typical_sigma: nan",
        "schema_version: 1 cases { sigma: inf }", "\x01\x02", "nonsense: 1"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(BootVariationFromText(text).status()))
        << text;
  }
}

}  // namespace
}  // namespace exitbench
