#include "results/compare/diff.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "results/model/testing.h"

namespace exitbench {
namespace {

// Returns 15 runs around `centre` that differ by up to `spread` (a part).
std::vector<double> Runs(double centre, double spread = .002, int n = 15) {
  std::vector<double> runs;
  for (int i = 0; i < n; ++i) {
    runs.push_back(centre * (1 + spread * ((i * 7) % n - n / 2) / n));
  }
  return runs;
}

Diff Compare(const Results& baseline, const Results& candidate,
             const DiffOptions& options = {}) {
  return CompareSides(MakeSide(baseline, "old"), MakeSide(candidate, "new"),
                      options);
}

// Compares one case with one metric.
MetricDiff CompareRuns(const std::vector<double>& baseline,
                       const std::vector<double>& candidate,
                       Direction direction = Direction::kLowerIsBetter,
                       Tick tick = Tick::kTsc) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  a.host.tick = b.host.tick = tick;
  AddCase("pio/out", baseline, a).metrics[0].direction = direction;
  AddCase("pio/out", candidate, b).metrics[0].direction = direction;
  return Compare(a, b).cases[0].metrics[0];
}

TEST(DiffTest, TimesAndRatesCarryTheirDirection) {
  const MetricDiff time = CompareRuns(Runs(1000), Runs(1250));
  EXPECT_EQ(time.change, Change::kWorse);
  EXPECT_NEAR(time.ratio, 1.25, 1e-3);
  const MetricDiff rate =
      CompareRuns(Runs(1000), Runs(800), Direction::kHigherIsBetter);
  EXPECT_EQ(rate.change, Change::kWorse);
  EXPECT_NEAR(rate.ratio, .8, 1e-3);
  EXPECT_EQ(CompareRuns(Runs(1250), Runs(1000)).change, Change::kBetter);
  EXPECT_EQ(
      CompareRuns(Runs(800), Runs(1000), Direction::kHigherIsBetter).change,
      Change::kBetter);
}

TEST(DiffTest, SaysWhereTheChangeIsNotThatOfTheMedians) {
  EXPECT_EQ(CompareRuns(Runs(1000), Runs(1250)).disagreement,
            Disagreement::kNone);
  // Both medians are 100, and most runs of the candidate are larger than most
  // of the baseline.
  std::vector<double> even, skewed;
  for (int i = 0; i < 15; ++i) {
    even.push_back(93 + i);
    skewed.push_back(i < 8 ? 100 - .1 * i : 72 + 4 * i);
  }
  const MetricDiff m = CompareRuns(even, skewed);
  EXPECT_EQ(m.baseline.value, 100);
  EXPECT_EQ(m.candidate.value, 100);
  EXPECT_NEAR(m.ratio, 1.0484, 1e-4);
  EXPECT_EQ(m.disagreement, Disagreement::kSkewed);
  // 7 of 15 in the upper place, then 8.
  std::vector<double> low(15, 100), high(15, 140);
  for (int i = 0; i < 7; ++i) std::swap(low[2 * i], high[2 * i]);
  const MetricDiff places = CompareRuns(low, high);
  EXPECT_EQ(places.baseline.value, 100);
  EXPECT_EQ(places.candidate.value, 140);
  EXPECT_EQ(places.ratio, 1);
  EXPECT_EQ(places.disagreement, Disagreement::kTwoPlaces);
}

TEST(DiffTest, ADisagreementIsVisibleFromOnePercentAndHalfOn) {
  const auto visible = [](double baseline, double candidate, double ratio) {
    return VisiblyDisagrees({.value = baseline}, {.value = candidate}, ratio);
  };
  EXPECT_FALSE(visible(100, 100, 1));
  EXPECT_FALSE(visible(100, 100, 1.009));
  EXPECT_TRUE(visible(100, 100, 1.011));
  // The signs differ.
  EXPECT_TRUE(visible(100, 101, .995));
  EXPECT_FALSE(visible(100, 100.2, .998));
  // Less than half of the larger.
  EXPECT_FALSE(visible(100, 110, 1.06));
  EXPECT_TRUE(visible(100, 110, 1.04));
  // Half apart in percent only, and in logarithms only.
  EXPECT_TRUE(visible(100, 1316, 5.23));
  EXPECT_TRUE(visible(100, 5, .5));
  EXPECT_FALSE(visible(100, 110, std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(visible(0, 110, 1));
}

TEST(DiffTest, TheBaseIsOld) {
  const MetricDiff m = CompareRuns(Runs(.39, 0), Runs(2.28, 0));
  EXPECT_NEAR(100 * (m.ratio - 1), 484.6, .05);
  EXPECT_EQ(m.change, Change::kWorse);
}

TEST(DiffTest, ASmallChangeOnAQuietHostIsTheSame) {
  const MetricDiff m = CompareRuns(Runs(1000), Runs(1010));
  EXPECT_EQ(m.change, Change::kSame);
  EXPECT_LT(m.p_adjusted, .05);  // Significant, but below the threshold.
}

TEST(DiffTest, TooFewRunsAreUnsureAndSayHowManyWouldDo) {
  const MetricDiff m = CompareRuns(Runs(1000, .002, 3), Runs(1500, .002, 3));
  EXPECT_EQ(m.change, Change::kUnsure);
  EXPECT_EQ(m.runs_to_settle, LeastRuns(1, .05));
  EXPECT_TRUE(std::isinf(m.ratio_high));
  EXPECT_EQ(LeastRuns(180, .05), 8u);
}

TEST(DiffTest, NoiseLeavesItUnsure) {
  const MetricDiff m = CompareRuns(Runs(1000, .2), Runs(1010, .2));
  EXPECT_EQ(m.change, Change::kUnsure);
  EXPECT_GT(m.runs_to_settle, 15u);
}

TEST(DiffTest, CountsAreComparedExactly) {
  const std::vector<double> one(15, 1.0), more(15, 1.001);
  EXPECT_EQ(CompareRuns(one, one, Direction::kExact).change, Change::kSame);
  const MetricDiff m = CompareRuns(one, more, Direction::kExact);
  EXPECT_TRUE(m.exact);
  EXPECT_EQ(m.change, Change::kWorse);
  EXPECT_EQ(CompareRuns(more, one, Direction::kExact).change, Change::kBetter);
  EXPECT_EQ(
      CompareRuns(std::vector<double>(15, 0), one, Direction::kExact).change,
      Change::kWorse);
}

// As cpu/cpuid in ring 3 of kvm_pvm with and without CPUID faulting.
TEST(DiffTest, AnExitThatComesOrGoesIsNamed) {
  const std::vector<double> none(15, 0.0), one(15, 1.0);
  const MetricDiff gone = CompareRuns(one, none, Direction::kExact);
  EXPECT_TRUE(gone.exact);
  EXPECT_EQ(gone.change, Change::kBetter);
  EXPECT_EQ(gone.ratio, 0);
  const MetricDiff come = CompareRuns(none, one, Direction::kExact);
  EXPECT_EQ(come.change, Change::kWorse);
  EXPECT_EQ(come.baseline.value, 0);
  EXPECT_EQ(come.candidate.value, 1);
}

TEST(DiffTest, CountedHostsFindElevenInstructions) {
  const auto count = [](double baseline, double candidate) {
    return CompareRuns(std::vector<double>(15, baseline),
                       std::vector<double>(15, candidate),
                       Direction::kLowerIsBetter, Tick::kInstruction);
  };
  EXPECT_EQ(count(3256, 3267).change, Change::kWorse);
  EXPECT_EQ(count(3256, 3256).change, Change::kSame);
  EXPECT_TRUE(count(3256, 3267).exact);
}

TEST(DiffTest, CountedChangesThatBootsMakeAreNone) {
  BootVariation boots;
  boots.cases = {{.case_name = "pio/out", .metric = "kvm_run", .range = 4}};
  DiffOptions options;
  options.boot_variation = &boots;
  const auto count = [&](const std::string& name, double baseline,
                         double candidate) {
    Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
    a.host.tick = b.host.tick = Tick::kInstruction;
    AddCase(name, {baseline, baseline}, a);
    AddCase(name, {candidate, candidate}, b);
    return CompareSides(MakeSide(a, "a"), MakeSide(b, "b"), options)
        .cases[0]
        .metrics[0]
        .change;
  };
  // Three times the range, or 0.2% if that is more.
  EXPECT_EQ(count("pio/out", 3256, 3268), Change::kSame);
  EXPECT_EQ(count("pio/out", 3256, 3269), Change::kWorse);
  EXPECT_EQ(count("pio/in", 3256, 3262), Change::kSame);
  EXPECT_EQ(count("pio/in", 3256, 3249), Change::kBetter);
}

TEST(DiffTest, CountedChangesWithinTheSpreadOfRepetitionsAreNone) {
  // The runs repeat within 4. Of three runs a side the gap has to be half as
  // much again.
  const std::vector<double> old_runs = {3250, 3252, 3254},
                            near = {3260, 3261, 3262}, far = {3261, 3262, 3263};
  EXPECT_EQ(
      CompareRuns(old_runs, near, Direction::kLowerIsBetter, Tick::kInstruction)
          .change,
      Change::kSame);
  EXPECT_EQ(
      CompareRuns(old_runs, far, Direction::kLowerIsBetter, Tick::kInstruction)
          .change,
      Change::kWorse);
}

TEST(DiffTest, CountsThatDoNotRepeatAreTested) {
  const MetricDiff m =
      CompareRuns(Runs(1000, .2), Runs(1010, .2), Direction::kLowerIsBetter,
                  Tick::kInstruction);
  EXPECT_FALSE(m.exact);
  EXPECT_EQ(m.change, Change::kUnsure);
}

// Times by the kernel's clock, in runs of a host whose tick is `tick`.
MetricDiff CompareNs(const std::vector<double>& baseline,
                     const std::vector<double>& candidate, Tick tick,
                     bool quick = false) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  a.host.tick = b.host.tick = tick;
  for (Session& session : a.sessions) session.quick = quick;
  AddCase("irq/halted", baseline, a).metrics[0].unit = Unit::kNs;
  AddCase("irq/halted", candidate, b).metrics[0].unit = Unit::kNs;
  return Compare(a, b).cases[0].metrics[0];
}

TEST(DiffTest, NsOfACountedHostAreNoCounts) {
  const Tick counted = Tick::kInstruction;
  // As a count this would be worse.
  const MetricDiff small = CompareNs({50000, 50000}, {50012, 50012}, counted);
  EXPECT_EQ(small.change, Change::kSame);
  EXPECT_EQ(CompareRuns({50000, 50000}, {50012, 50012},
                        Direction::kLowerIsBetter, counted)
                .change,
            Change::kWorse);
  EXPECT_EQ(CompareNs({50000, 50000}, {53000, 53010}, counted).change,
            Change::kWorse);
  EXPECT_EQ(CompareNs({53000, 53010}, {0, 0}, counted).change, Change::kBetter);
  EXPECT_EQ(CompareNs({0, 0}, {0, 0}, counted).change, Change::kSame);
  EXPECT_EQ(CompareNs({40000, 50000}, {48000, 60000}, counted).change,
            Change::kUnsure);
}

TEST(DiffTest, NsOfATimedHostAreTested) {
  const MetricDiff worse = CompareNs(Runs(50000), Runs(60000), Tick::kTsc);
  EXPECT_EQ(worse.change, Change::kWorse);
  EXPECT_FALSE(worse.exact);
  const std::vector<double> none(15, 0);
  const MetricDiff gone = CompareNs(Runs(50000), none, Tick::kTsc);
  EXPECT_EQ(gone.change, Change::kBetter);
  EXPECT_NEAR(gone.ratio, 0, 1e-9);
  EXPECT_EQ(CompareNs(none, Runs(50000), Tick::kTsc).change, Change::kWorse);
  // No kernel that polls nowhere is unsure.
  EXPECT_EQ(CompareNs(none, none, Tick::kTsc).change, Change::kSame);
  EXPECT_EQ(CompareNs(none, none, Tick::kTsc, /*quick=*/true).change,
            Change::kUnsure);
}

TEST(DiffTest, ZeroAndNegativeValuesHaveNoLogButAVerdict) {
  const std::vector<double> zero(15, 0);
  EXPECT_EQ(CompareRuns(zero, zero).change, Change::kUnsure);
  const MetricDiff up = CompareRuns(zero, Runs(10));
  EXPECT_EQ(up.change, Change::kWorse);
  EXPECT_TRUE(std::isnan(up.ratio));
  const MetricDiff down = CompareRuns(Runs(1000), Runs(-10));
  EXPECT_EQ(down.change, Change::kBetter);
  EXPECT_NEAR(down.ratio, -.01, 1e-3);
}

TEST(DiffTest, CasesComeAndGo) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  struct Row {
    const char* name;
    Outcome baseline, candidate;
    CaseChange change;
  };
  const Row rows[] = {
      {"ok", Outcome::kOk, Outcome::kOk, CaseChange::kCompared},
      {"failing", Outcome::kOk, Outcome::kFailed, CaseChange::kNewlyFailing},
      {"hangs", Outcome::kSkipped, Outcome::kTimeout,
       CaseChange::kNewlyFailing},
      {"skipped", Outcome::kOk, Outcome::kSkipped, CaseChange::kNewlySkipped},
      {"recovers", Outcome::kFailed, Outcome::kOk, CaseChange::kRecovered},
      {"supported", Outcome::kSkipped, Outcome::kOk, CaseChange::kRecovered},
      {"still", Outcome::kFailed, Outcome::kTimeout, CaseChange::kStillFailing},
      {"never", Outcome::kSkipped, Outcome::kSkipped, CaseChange::kNotRun},
  };
  for (const Row& row : rows) {
    AddCase(row.name, Runs(1000), a).outcome = row.baseline;
    AddCase(row.name, Runs(1000), b).outcome = row.candidate;
  }
  AddCase("gone", Runs(1000), a);
  AddCase("other", Runs(1000), a);
  AddCase("other", Runs(1000), b).code_hash = "another";
  AddCase("new", Runs(1000), b);
  const Diff diff = Compare(a, b);
  ASSERT_EQ(diff.cases.size(), std::size(rows) + 3);
  for (size_t i = 0; i < std::size(rows); ++i) {
    EXPECT_EQ(diff.cases[i].change, rows[i].change) << rows[i].name;
  }
  EXPECT_EQ(diff.cases[8].change, CaseChange::kRemoved);
  EXPECT_EQ(diff.cases[9].change, CaseChange::kOtherPayload);
  EXPECT_TRUE(diff.cases[9].metrics.empty());
  EXPECT_EQ(diff.cases[10].change, CaseChange::kAdded);
  EXPECT_EQ(diff.counts.newly_failing, 2u);
  EXPECT_EQ(diff.counts.recovered, 2u);
  EXPECT_EQ(diff.counts.lost, 3u);
  EXPECT_EQ(diff.counts.lost_metrics, 0u);
  EXPECT_EQ(diff.counts.added, 1u);
}

TEST(DiffTest, MetricsComeAndGo) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  CaseResult& x = AddCase("pio/out", Runs(1000), a);
  CaseResult& y = AddCase("pio/out", Runs(1000), b);
  AddMetric("exit_leg", Runs(400), 3, x);
  AddMetric("entry_leg", Runs(400), 3, y);
  AddMetric("rate", Runs(400), 3, x).unit = Unit::kMbPerS;
  AddMetric("rate", Runs(400), 3, y);
  AddMetric("p99", Runs(400), 3, x).gating = false;
  AddMetric("p99", Runs(900), 3, y).gating = false;
  const Diff diff = Compare(a, b);
  const std::vector<MetricDiff>& m = diff.cases[0].metrics;
  ASSERT_EQ(m.size(), 4u);  // Without the metric that is not gating.
  EXPECT_EQ(m[0].change, Change::kSame);
  EXPECT_EQ(m[1].change, Change::kRemoved);
  EXPECT_EQ(m[2].change, Change::kNotComparable);
  EXPECT_EQ(m[3].change, Change::kAdded);
  EXPECT_EQ(m[3].metric, "entry_leg");
  EXPECT_EQ(diff.counts.lost_metrics, 2u);
  EXPECT_EQ(diff.counts.lost, 0u);  // These are cases.
}

TEST(DiffTest, QuickRunsCarryNoVerdict) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  for (Session& s : b.sessions) s.quick = true;
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(2000), b);
  EXPECT_EQ(Compare(a, b).cases[0].metrics[0].change, Change::kUnsure);
}

// On a host that counts instructions counts repeat in quick sessions too. On
// other hosts they are shown, but unsure.
TEST(DiffTest, QuickCountsCarryAVerdictWhereATickIsAnInstruction) {
  const auto quick = [](Tick tick, Direction direction, double candidate) {
    Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
    a.host.tick = b.host.tick = tick;
    for (Session& s : b.sessions) s.quick = true;
    AddCase("c", std::vector<double>(15, 1000), a).metrics[0].direction =
        direction;
    AddCase("c", std::vector<double>(15, candidate), b).metrics[0].direction =
        direction;
    return Compare(a, b).cases[0].metrics[0];
  };
  EXPECT_EQ(quick(Tick::kInstruction, Direction::kLowerIsBetter, 1001).change,
            Change::kWorse);
  EXPECT_EQ(quick(Tick::kInstruction, Direction::kExact, 1001).change,
            Change::kWorse);
  const MetricDiff count = quick(Tick::kTsc, Direction::kExact, 1001);
  EXPECT_TRUE(count.exact);
  EXPECT_EQ(count.change, Change::kUnsure);
  EXPECT_NEAR(count.ratio, 1.001, 1e-9);
  EXPECT_EQ(quick(Tick::kTsc, Direction::kExact, 1000).change, Change::kUnsure);
  EXPECT_EQ(quick(Tick::kInstruction, Direction::kExact, 1000).change,
            Change::kSame);
}

TEST(DiffTest, ACommonShiftIsShownAndNotRemoved) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  for (int i = 0; i < 9; ++i) {
    AddCase(absl::StrCat("case/", i), Runs(1000), a);
    AddCase(absl::StrCat("case/", i), Runs(i == 0 ? 2000 : 1050), b);
  }
  const Diff diff = Compare(a, b);
  EXPECT_NEAR(diff.common_shift, 1.05, 1e-3);
  EXPECT_EQ(diff.counts.worse, 9u);
  bool warned = false;
  for (const std::string& w : diff.warnings) {
    warned = warned || w.find("+5.0%") != std::string::npos;
  }
  EXPECT_TRUE(warned);
}

TEST(DiffTest, CommonShiftTurnsRatesRound) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  for (int i = 0; i < 5; ++i) {
    const std::string name = absl::StrCat("stream/", i);
    AddCase(name, Runs(1000), a).metrics[0].direction =
        Direction::kHigherIsBetter;
    AddCase(name, Runs(800), b).metrics[0].direction =
        Direction::kHigherIsBetter;
  }
  EXPECT_NEAR(Compare(a, b).common_shift, 1.25, 1e-3);
}

TEST(DiffTest, UnlikeHostsAreRefusedUnlessForced) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1000), b);
  b.host.cpu_model = "Another CPU";
  const Diff refused = Compare(a, b);
  EXPECT_TRUE(refused.refused);
  EXPECT_TRUE(refused.cases.empty());
  DiffOptions options;
  options.force = true;
  const Diff forced = Compare(a, b, options);
  EXPECT_FALSE(forced.refused);
  EXPECT_TRUE(forced.forced);
  EXPECT_EQ(forced.cases.size(), 1u);
}

TEST(DiffTest, CountedAndTimedAreNeverMixed) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  b.host.tick = Tick::kInstruction;
  DiffOptions options;
  options.force = true;
  EXPECT_TRUE(Compare(a, b, options).refused);
}

TEST(DiffTest, HostileNumbersDoNotCrash) {
  const double huge = std::numeric_limits<double>::max();
  const double tiny = std::numeric_limits<double>::denorm_min();
  for (const std::vector<double>& x :
       {std::vector<double>{huge, -huge}, std::vector<double>{tiny, huge},
        std::vector<double>{0, huge, tiny}, std::vector<double>{}}) {
    for (Direction d : {Direction::kLowerIsBetter, Direction::kExact}) {
      CompareRuns(x, x, d);
      CompareRuns(x, Runs(1000), d);
      CompareRuns(Runs(1000), x, d);
      CompareRuns(x, Runs(1000), d, Tick::kInstruction);
    }
  }
}

}  // namespace
}  // namespace exitbench
