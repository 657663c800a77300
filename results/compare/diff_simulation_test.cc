// Simulates how often diff is wrong. Simulated results, with fixed seeds, go
// through the real code.
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "results/boots/boot_variation.h"
#include "results/compare/diff.h"
#include "results/compare/simulation.h"
#include "results/model/testing.h"
#include "results/sides/side.h"

namespace exitbench {
namespace {

// Returns `boots` boots of `sessions` sessions each. `shift` is the change of
// the changed case, as a logarithm. `boot_deviation` returns the deviation of a
// boot's own effect on a case.
template <typename Deviation>
Results Boots(const std::string& name, uint32_t boots, uint32_t sessions,
              double shift, Deviation boot_deviation, Noise& noise) {
  Results results = MakeResults("6.1.0", name, boots * sessions, kRounds);
  for (uint32_t i = 0; i < boots * sessions; ++i) {
    absl::StrAppend(&results.sessions[i].boot_id, i / sessions);
  }
  for (int c = 0; c < kCases; ++c) {
    double of_boot = 0;
    const auto effect = [&](uint32_t run) {
      if (run % (sessions * kRounds) == 0) {
        of_boot = boot_deviation(c) * noise.Normal();
      }
      return of_boot + (c == kChangedCase ? shift : 0);
    };
    AddSimulated(c, boots * sessions * kRounds, effect, noise, results);
  }
  return results;
}

// Returns one boot.
Results Boot(const std::string& boot, double shift, double boot_deviation,
             Noise& noise) {
  return Boots(
      boot, 1, kSessions, shift, [=](int) { return boot_deviation; }, noise);
}

TEST(DiffSimulation, AAIsQuiet) {
  Noise noise(1);
  Tally tally;
  for (int i = 0; i < 2000; ++i) {
    const Diff diff =
        CompareSides(MakeSide(Boot("a", 0, 0, noise), "old"),
                     MakeSide(Boot("b", 0, 0, noise), "new"), DiffOptions());
    CountAlarms(diff, tally);
  }
  Report("A/A", tally);
  // At most one diff in 50, over all cases.
  EXPECT_LE(tally.with_alarm + tally.found, tally.diffs / 50);
}

TEST(DiffSimulation, ThreePercentIsFound) {
  Noise noise(2);
  Tally tally;
  for (int i = 0; i < 1000; ++i) {
    const Diff diff = CompareSides(
        MakeSide(Boot("a", 0, 0, noise), "old"),
        MakeSide(Boot("b", std::log(1.03), 0, noise), "new"), DiffOptions());
    CountAlarms(diff, tally);
  }
  Report("+3%", tally);
  EXPECT_GE(tally.found, tally.diffs * 95 / 100);
  EXPECT_LE(tally.with_alarm, tally.diffs / 20);
}

// One boot a side; boots differ by 0.5%. There are false alarms in about half
// of the diffs, unless diff knows the boot variance from six other boots.
TEST(DiffSimulation, CalibrationKeepsBootsFromLookingLikeKernels) {
  Noise noise(3);
  Tally plain, known;
  for (int i = 0; i < 200; ++i) {
    std::vector<Side> boots;
    for (int boot = 0; boot < 6; ++boot) {
      boots.push_back(MakeSide(
          Boot(absl::StrCat("boot ", boot), 0, .005, noise), "calibration"));
    }
    const absl::StatusOr<BootVariation> variation = MeasureBootVariation(boots);
    ASSERT_TRUE(variation.ok()) << variation.status();
    EXPECT_NEAR(variation->typical_sigma, .005, .003);
    const Side baseline = MakeSide(Boot("a", 0, .005, noise), "old");
    const Side candidate =
        MakeSide(Boot("b", std::log(1.03), .005, noise), "new");
    DiffOptions options;
    CountAlarms(CompareSides(baseline, candidate, options), plain);
    options.boot_variation = &*variation;
    CountAlarms(CompareSides(baseline, candidate, options), known);
  }
  Report("boots of 0.5%, boot variance unknown", plain);
  Report("boots of 0.5%, boot variance known", known);
  EXPECT_GT(plain.with_alarm, plain.diffs / 4);
  EXPECT_LE(known.with_alarm, known.diffs / 20);
}

struct SeveralBoots {
  Tally plain;    // As if boots did not differ.
  Tally allowed;  // With the boot variance estimated from the sides.
};

// 200 diffs of several boots a side, 5% on the changed case.
template <typename Deviation>
SeveralBoots CompareSeveral(uint64_t seed, uint32_t boots, uint32_t sessions,
                            Deviation deviation) {
  Noise noise(seed);
  const BootVariation none;
  DiffOptions plain;
  plain.boot_variation = &none;
  SeveralBoots tallies;
  for (int i = 0; i < 200; ++i) {
    const Side baseline =
        MakeSide(Boots("a", boots, sessions, 0, deviation, noise), "old");
    const Side candidate = MakeSide(
        Boots("b", boots, sessions, std::log(1.05), deviation, noise), "new");
    CountAlarms(CompareSides(baseline, candidate, plain), tallies.plain);
    CountAlarms(CompareSides(baseline, candidate, DiffOptions()),
                tallies.allowed);
  }
  return tallies;
}

// Three boots a side; boots differ by 1%. Runs of one boot are not an
// independent sample, which shows in most diffs unless the boot variance is
// allowed for.
TEST(DiffSimulation, SeveralBootsASideTellHowMuchBootsDiffer) {
  const SeveralBoots few = CompareSeveral(4, 3, 1, [](int) { return .01; });
  Report("3 boots of 1%, 5 runs each, as if one", few.plain, 5);
  Report("3 boots of 1%, 5 runs each", few.allowed, 5);
  EXPECT_GT(few.plain.with_alarm, few.plain.diffs / 2);
  EXPECT_LE(few.allowed.with_alarm, few.allowed.diffs / 20);
  EXPECT_GE(few.allowed.found, few.allowed.diffs * 3 / 4);
  const SeveralBoots many = CompareSeveral(5, 3, 3, [](int) { return .01; });
  Report("3 boots of 1%, 15 runs each, as if one", many.plain, 5);
  Report("3 boots of 1%, 15 runs each", many.allowed, 5);
  EXPECT_GT(many.plain.with_alarm, many.plain.diffs / 2);
  EXPECT_LE(many.allowed.with_alarm, many.allowed.diffs / 20);
  EXPECT_GE(many.allowed.found, many.allowed.diffs * 3 / 4);
}

// The worst case: boots move some cases ten times as much as others, by 0.3% to
// 3%. Three boots do not show well by how much each; more boots do.
TEST(DiffSimulation, CasesThatBootsMoveUnlikeAreHarder) {
  const auto unlike = [](int c) {
    return c == kChangedCase
               ? .01
               : .003 * std::pow(10, c * 7 % kCases / (kCases - 1.0));
  };
  const SeveralBoots three = CompareSeveral(6, 3, 1, unlike);
  Report("3 boots of 0.3% to 3%, 5 runs each, as if one", three.plain, 5);
  Report("3 boots of 0.3% to 3%, 5 runs each", three.allowed, 5);
  const SeveralBoots five = CompareSeveral(7, 5, 1, unlike);
  Report("5 boots of 0.3% to 3%, 5 runs each, as if one", five.plain, 5);
  Report("5 boots of 0.3% to 3%, 5 runs each", five.allowed, 5);
  EXPECT_LE(three.allowed.with_alarm, three.plain.with_alarm / 3);
  EXPECT_LE(five.allowed.with_alarm, five.plain.with_alarm / 6);
}

}  // namespace
}  // namespace exitbench
