#include "results/report/diff_report.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "results/compare/steps.h"
#include "results/model/testing.h"
#include "results/report/steps_report.h"
#include "results/text/column_table.h"

namespace exitbench {
namespace {

std::vector<double> Runs(double centre) {
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) runs.push_back(centre * (1 + 1e-4 * i));
  return runs;
}

Diff Compare(const Results& baseline, const Results& candidate,
             const DiffOptions& options = {}) {
  return CompareSides(MakeSide(baseline, "old.pb"),
                      MakeSide(candidate, "new.pb"), options);
}

// Returns a diff with hostile names, reasons and labels, and numbers of every
// size.
Results Hostile(double factor) {
  Results r = MakeResults("6.1\x1b[31m\r\n", "boot\x07");
  r.tool_version = std::string(500, 'v') + (factor > 1 ? "a" : "b");
  r.host.microcode = std::string(300, 'm') + std::to_string(factor);
  r.host.facts = {{"cpu.\x1b]0;x\x07", std::to_string(factor)}};
  double value = 1e-7;
  for (int i = 0; i < 20; ++i) {
    CaseResult& c = AddCase(
        std::string(static_cast<size_t>(i * 7 + 1), 'n') + "\x9b/\t\n\x1b[2J",
        Runs(value * factor), r);
    AddMetric(std::string(static_cast<size_t>(i * 5), 'm') + "\x1b",
              Runs(value * factor), 3, c);
    value *= 17;
  }
  r.cases[3].outcome = factor > 1 ? Outcome::kFailed : Outcome::kOk;
  r.cases[3].reason = "\x1b[1m" + std::string(400, 'r');
  return r;
}

void ExpectHarmless(const std::string& text) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(Width(line), kTextColumns) << line;
    // The only character above ASCII is our own.
    for (char c : absl::StrReplaceAll(line, {{"\xc2\xb1", "+"}})) {
      EXPECT_TRUE(c >= ' ' && c <= '~') << line;
    }
  }
}

TEST(DiffReportTest, HostileTextStaysWithinTheTable) {
  for (double factor : {1.0001, 1.25, 5e9}) {
    const Diff diff = Compare(Hostile(1), Hostile(factor));
    ExpectHarmless(DiffToText(diff, {}));
    ExpectHarmless(DiffToText(diff, {.changed_only = true}));
    ExpectHarmless(StepsToText(
        FindSteps({MakeSide(Hostile(1), "\x1b[5m"),
                   MakeSide(Hostile(factor), "b"), MakeSide(Hostile(1), "c"),
                   MakeSide(Hostile(2), "d"), MakeSide(Hostile(1), "e"),
                   MakeSide(Hostile(1), "f"), MakeSide(Hostile(1), "g")},
                  {}),
        {}));
  }
}

TEST(DiffReportTest, ManySidesNameTheirCompilersWhereTheyDiffer) {
  const auto built_by = [](const std::string& compiler) {
    Results r = MakeResults("6.1", "a");
    r.host.facts = {{kKernelCompilerFact, compiler}};
    AddCase("pio/out", Runs(1000), r);
    return MakeSide(r, "side");
  };
  const std::string unlike = StepsToText(
      FindSteps({built_by("gcc-12"), built_by("gcc-12"), built_by("gcc-14")},
                {}),
      {});
  EXPECT_TRUE(absl::StrContains(unlike, "kernel built by: gcc-14")) << unlike;
  EXPECT_TRUE(absl::StrContains(unlike, "different compilers")) << unlike;
  const std::string alike =
      StepsToText(FindSteps({built_by("gcc-12"), built_by("gcc-12")}, {}), {});
  EXPECT_FALSE(absl::StrContains(alike, "compiler")) << alike;
  EXPECT_FALSE(absl::StrContains(alike, "built by")) << alike;
}

// Returns the only line of the report that contains `part`.
std::string LineWith(const std::string& text, absl::string_view part) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StrContains(line, part)) return std::string(line);
  }
  return "no line has " + std::string(part) + " in:\n" + text;
}

TEST(DiffReportTest, ChangesAreOfOld) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1250), b);
  CaseResult& x = AddCase("stream/ring", Runs(50), a);
  CaseResult& y = AddCase("stream/ring", Runs(40), b);
  x.metrics[0].direction = y.metrics[0].direction = Direction::kHigherIsBetter;
  x.metrics[0].name = y.metrics[0].name = "rate";
  x.metrics[0].unit = y.metrics[0].unit = Unit::kMbPerS;
  AddCase("shadow/fault", Runs(.39), a).metrics[0].name = "slow";
  AddCase("shadow/fault", Runs(2.28), b).metrics[0].name = "slow";
  const std::string text = DiffToText(Compare(a, b), {});
  EXPECT_TRUE(absl::StrContains(LineWith(text, "kvm_run"), "+25.0%")) << text;
  EXPECT_TRUE(absl::StrContains(LineWith(text, "kvm_run"), "worse")) << text;
  EXPECT_TRUE(absl::StrContains(LineWith(text, "rate"), "-20.0%")) << text;
  EXPECT_TRUE(absl::StrContains(LineWith(text, "rate"), "worse")) << text;
  EXPECT_TRUE(absl::StrContains(LineWith(text, "rate"), "MB/s")) << text;
  EXPECT_TRUE(absl::StrContains(LineWith(text, "slow"), "+484.6%")) << text;
}

TEST(DiffReportTest, DecimalPointsAreAligned) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  for (double value : {1.5, 22.25, 333.5, 4444.5}) {
    AddCase("pio/out" + std::to_string(value), Runs(value), a);
    AddCase("pio/out" + std::to_string(value), Runs(2 * value), b);
  }
  size_t point = 0;
  int rows = 0;
  for (absl::string_view line :
       absl::StrSplit(DiffToText(Compare(a, b), {}), '\n')) {
    if (!absl::StartsWith(line, "  kvm_run")) continue;
    if (++rows == 1) point = line.find('.');
    EXPECT_EQ(line.find('.'), point) << line;
  }
  EXPECT_EQ(rows, 4);
}

TEST(DiffReportTest, ForcedIsSaidInEveryVerdict) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  b.host.cpu_model = "another";
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1250), b);
  DiffOptions options;
  options.force = true;
  const std::string text = DiffToText(Compare(a, b, options), {});
  EXPECT_TRUE(absl::StrContains(LineWith(text, "kvm_run"), "worse (forced)"))
      << text;
  EXPECT_TRUE(absl::StrContains(text, "UNLIKE: CPU model")) << text;
}

TEST(DiffReportTest, ChangedOnlyShowsNothingElse) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1000), b);
  AddCase("pio/in", Runs(1000), a);
  const std::string text = DiffToText(Compare(a, b), {.changed_only = true});
  EXPECT_FALSE(absl::StrContains(text, "pio/out")) << text;
  EXPECT_TRUE(absl::StrContains(LineWith(text, "pio/in"), "removed")) << text;
}

TEST(DiffReportTest, ColourOnlyOnDemand) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1250), b);
  const Diff diff = Compare(a, b);
  EXPECT_FALSE(absl::StrContains(DiffToText(diff, {}), "\x1b"));
  EXPECT_TRUE(
      absl::StrContains(DiffToText(diff, {.colour = true}), "\x1b[31mworse"));
}

TEST(DiffReportTest, SmallExactChangesAreNotRoundedAway) {
  EXPECT_EQ(FormatChange(3267.0 / 3256, true), "+0.34%");
  EXPECT_EQ(FormatChange(3257.0 / 3256, true), "+0.031%");
  EXPECT_EQ(FormatChange(1.00001, false), "+0.0%");
  EXPECT_EQ(FormatChange(.99999, false), "+0.0%");
  EXPECT_EQ(FormatChange(NAN, false), "?");
}

TEST(DiffReportTest, LostMetricsAreNoCases) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddMetric("exit_leg", Runs(400), 3, AddCase("pio/out", Runs(1000), a));
  AddCase("pio/out", Runs(1000), b);
  const Diff diff = Compare(a, b);
  const std::string text = DiffToText(diff, {});
  EXPECT_TRUE(absl::StrContains(LineWith(text, "metrics: "),
                                "1 lost (removed, not comparable)"))
      << text;
  EXPECT_EQ(LineWith(text, "cases: "), "cases: 1 compared");
  EXPECT_TRUE(absl::StrContains(DiffToJson(diff), "\"lost_metrics\": 1"));
}

TEST(DiffReportTest, ManySidesSayWhatIsLostAndWeak) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddMetric("exit_leg", Runs(400), 3, AddCase("pio/in", Runs(1000), a));
  AddCase("pio/in", Runs(1000), b);
  const Steps steps = FindSteps(
      {MakeSide(a, "a"), MakeSide(b, "b"), MakeSide(b, "b")}, {}, true);
  const std::string text = StepsToText(steps, {.changed_only = true});
  EXPECT_EQ(LineWith(text, "newly failing"),
            "0 worse, 0 better, 0 unsure, 1 lost metrics, 0 newly failing, 1 "
            "lost (removed, newly skipped, other payload)");
  EXPECT_TRUE(absl::StrContains(text, "\npio/out\n")) << text;
  EXPECT_TRUE(absl::StrContains(text, "warning: [2], [3] share a boot"))
      << text;
  const std::string json = StepsToJson(steps);
  EXPECT_TRUE(absl::StrContains(json, "\"lost\": 1")) << json;
  EXPECT_TRUE(absl::StrContains(json, "[2], [3] share a boot")) << json;
}

TEST(DiffReportTest, JsonHasTheVerdicts) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1250), b);
  const std::string json = DiffToJson(Compare(a, b));
  EXPECT_TRUE(absl::StrContains(json, "\"verdict\": \"worse\"")) << json;
  EXPECT_TRUE(absl::StrContains(json, "\"worse\": 1")) << json;
}

}  // namespace
}  // namespace exitbench
