#include "results/report/diff_report.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "results/compare/baseline.h"
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

// Returns the only line of the report that contains `part`.
std::string LineWith(const std::string& text, absl::string_view part) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    if (absl::StrContains(line, part)) return std::string(line);
  }
  return "no line has " + std::string(part) + " in:\n" + text;
}

void ExpectHarmless(const std::string& text, size_t columns = kTextColumns) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(Width(line), columns) << line;
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

TEST(DiffReportTest, HostileTextAgainstABaseline) {
  for (double factor : {1.0001, 1.25, 5e9}) {
    const std::vector<Side> sides = {
        MakeSide(Hostile(1), "\x1b[5m"), MakeSide(Hostile(factor), "b"),
        MakeSide(Hostile(1), "c"), MakeSide(Hostile(2), "d")};
    const Steps steps = CompareWithFirst(sides, {});
    ExpectHarmless(StepsToText(steps, {}));
    for (size_t columns : {40u, 60u, 77u, 200u}) {
      ExpectHarmless(StepsToText(steps, {.columns = columns}),
                     std::max<size_t>(60, columns));
    }
  }
}

// Returns one kernel, whose case costs `centre` with a setting.
Results Polling(const std::string& ns, double centre) {
  Results r = MakeResults("6.1.0-56-cloud-amd64", "boot " + ns);
  r.host.facts = {{"kernel.cmdline",
                   ns == "200000" ? "quiet" : "quiet kvm.halt_poll_ns=" + ns},
                  {"module.kvm.halt_poll_ns", ns}};
  AddCase("exit/hlt", Runs(centre), r);
  AddCase("pio/out", Runs(1000), r);
  return r;
}

std::vector<Side> Sweep() {
  return {MakeSide(Polling("200000", 1000), "a.pb"),
          MakeSide(Polling("0", 1100), "b.pb"),
          MakeSide(Polling("50000", 900), "c.pb")};
}

constexpr char kSweep[] =
    R"([1]  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=200000
[2]  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=0
     differs from [1]: kernel.cmdline: none -> kvm.halt_poll_ns=0,
       module.kvm.halt_poll_ns: 200000 -> 0
[3]  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=50000
     differs from [1]: kernel.cmdline: none -> kvm.halt_poll_ns=50000,
       module.kvm.halt_poll_ns: 200000 -> 50000
note: why
warning: each side is of one boot: boot and kernel can't be told apart; measure 3 or more boots a
         side, or pass --calibration=FILE

(cycles)      [1]      [2]  change  verdict      [3]  change  verdict
exit/hlt
  kvm_run  1000.7   1100.8  +10.0%  worse      900.6  -10.0%  better

pio/out
  kvm_run  1000.7   1000.7   +0.0%  same      1000.7   +0.0%  same

[2]  kvm.halt_poll_ns=0: 1 worse, 0 better, 1 same, 0 unsure
[3]  kvm.halt_poll_ns=50000: 0 worse, 1 better, 1 same, 0 unsure
1 worse, 1 better, 0 unsure, 0 newly failing
each side against [1]
)";

TEST(DiffReportTest, ASweepInFull) {
  Steps steps = CompareWithFirst(Sweep(), {});
  steps.why_against_first = "why";
  EXPECT_EQ(StepsToText(steps, {}), kSweep);
}

constexpr char kNarrowHead[] =
    R"([1]  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=200000
[2]  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=0
     differs from [1]:
       kernel.cmdline: none -> kvm.halt_poll_ns=0,
       module.kvm.halt_poll_ns: 200000 -> 0
)";

TEST(DiffReportTest, SixtyColumns) {
  const Steps steps = CompareWithFirst(Sweep(), {});
  const std::string text = StepsToText(steps, {.columns = 60});
  EXPECT_TRUE(absl::StartsWith(text, kNarrowHead)) << text;
  ExpectHarmless(text, 60);
  // One table for each side.
  EXPECT_TRUE(absl::StrContains(
      text, "\n(cycles)      [1]      [2]  change  verdict\n"))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text, "\n(cycles)      [1]      [3]  change  verdict\n"))
      << text;
  ExpectHarmless(StepsToText(FindSteps(Sweep(), {}), {.columns = 60}), 100);
}

TEST(DiffReportTest, LabelsThatDoNotFitHaveALineOfTheirOwn) {
  const std::string text =
      StepsToText(CompareWithFirst(Sweep(), {}), {.columns = 50});
  EXPECT_TRUE(absl::StartsWith(text,
                               "[1]  6.1.0-56-cloud-amd64  kvm_amd\n"
                               "     kvm.halt_poll_ns=200000\n"))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text, "\n[3]  kvm.halt_poll_ns=50000:\n     0 worse, 1 better"))
      << text;
}

TEST(DiffReportTest, ASweepAsJson) {
  Steps steps = CompareWithFirst(Sweep(), {});
  steps.why_against_first = "why";
  const std::string json = StepsToJson(steps);
  for (absl::string_view part :
       {"\"against_first\": true", "\"why_against_first\": \"why\"",
        "\"label\": \"kvm.halt_poll_ns=0\"", "\"file\": \"b.pb\"",
        "\"verdict\": \"worse\"", "\"verdict\": \"same\"", "\"worse\": 1"}) {
    EXPECT_TRUE(absl::StrContains(json, part)) << part << "\n" << json;
  }
  const std::string history = StepsToJson(FindSteps(Sweep(), {}));
  EXPECT_TRUE(absl::StrContains(history, "\"against_first\": false"));
  EXPECT_FALSE(absl::StrContains(history, "\"verdict\": \"same\""));
}

TEST(DiffReportTest, UncountedMitigationsAreInTheJson) {
  const auto with = [](const std::string& state) {
    Results r = Polling("0", 1);
    r.host.tick = Tick::kInstruction;
    r.host.facts = {{"cpu.vulnerabilities.retbleed", state},
                    {"kernel.cmdline", "vmscape=ibpb"}};
    return MakeSide(r, "side");
  };
  const Side a = with("Mitigation: untrained return thunk");
  const std::string json =
      DiffToJson(CompareSides(a, with("Mitigation: IBPB"), {}));
  const std::string expected[] = {
      R"("mitigation": "retbleed",
      "instruction": "IBPB",
      "asked": "",
      "instead": "",
      "sides": [
        "new"
      ])",
      R"("mitigation": "vmscape",
      "instruction": "IBPB",
      "asked": "vmscape=ibpb",
      "instead": "not recorded",
      "sides": [
        "old",
        "new"
      ])"};
  for (const std::string& part : expected) {
    EXPECT_TRUE(absl::StrContains(json, part)) << part << "\n" << json;
  }
}

TEST(DiffReportTest, EqualDifferencesAreSaidOnce) {
  const std::string text = StepsToText(
      FindSteps({MakeSide(Polling("0", 1), "a"), MakeSide(Polling("1", 1), "b"),
                 MakeSide(Polling("1", 1), "c")},
                {}),
      {});
  EXPECT_TRUE(absl::StrContains(text, "\n     differs from [1]: as [2]\n"))
      << text;
}

TEST(DiffReportTest, TwoSidesOfOneKernelAreNamedByTheirSetting) {
  const std::string text =
      DiffToText(Compare(Polling("200000", 1000), Polling("0", 1000)), {});
  EXPECT_TRUE(absl::StartsWith(
      text,
      "setting: kvm.halt_poll_ns 200000 -> 0\n"
      "OLD  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=200000  3 "
      "sessions of 1 boot\n"
      "NEW  6.1.0-56-cloud-amd64  kvm_amd  kvm.halt_poll_ns=0  3 sessions of "
      "1 boot\n"))
      << text;
  Results other = Polling("0", 1000);
  other.host.kernel_release = "7.2";
  const std::string kernels =
      DiffToText(Compare(Polling("200000", 1000), other), {});
  EXPECT_TRUE(absl::StrContains(LineWith(kernels, "OLD"), "old.pb")) << kernels;
  EXPECT_FALSE(absl::StrContains(kernels, "setting:")) << kernels;
}

TEST(DiffReportTest, DifferencesAreCutOnlyWhereTheyMust) {
  const Difference d = {Action::kWarn, "fact",
                        "Mitigation: Retpolines, " + std::string(40, 'a'),
                        "Mitigation: Retpolines; " + std::string(40, 'b')};
  EXPECT_EQ(FormatDifference(d, 200),
            "fact: " + d.baseline + " -> " + d.candidate);
  // Both values keep their room, less what they begin with.
  EXPECT_EQ(FormatDifference(d, 50),
            "fact: ..Retpolines, aaaa.. -> ..Retpolines; bbbb..");
  EXPECT_EQ(FormatDifference({Action::kWarn, "fact", "", "on"}, 50),
            "fact: none -> on");
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

TEST(DiffReportTest, NoiseOfSessionsIsToldFromThatOfRuns) {
  // Three sessions of five runs, 5% apart.
  std::vector<double> runs;
  for (double session : {.95, 1., 1.05}) {
    for (int i = 0; i < 5; ++i) runs.push_back(1000 * session * (1 + .004 * i));
  }
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", runs, a);
  AddCase("pio/out", runs, b);
  const Diff diff = Compare(a, b);
  ASSERT_TRUE(diff.session_noise.has_value());
  EXPECT_GT(diff.session_noise->sessions, .045);
  EXPECT_LT(diff.session_noise->sessions, .065);
  EXPECT_EQ(LineWith(DiffToText(diff, {}), "noise: "),
            absl::StrFormat("noise: sessions differ by %.1f%% in a typical "
                            "case, runs within one by 0.8%%",
                            100 * diff.session_noise->sessions));
  EXPECT_TRUE(absl::StrContains(DiffToJson(diff), "\"paired\": false"));
  for (Results* r : {&a, &b}) {
    for (auto& run : r->cases[0].runs) {
      run.round += 5 * run.session;
      run.session = 0;
    }
  }
  const Diff unknown = Compare(a, b);
  EXPECT_FALSE(absl::StrContains(DiffToText(unknown, {}), "noise:"));
  EXPECT_TRUE(
      absl::StrContains(DiffToJson(unknown), "\"session_noise\": null"));
}

// Returns runs of which `low` are 100 and all others 140, mixed.
std::vector<double> TwoPlaces(int low) {
  std::vector<double> runs;
  for (int i = 0; i < 15; ++i) runs.push_back(i * 4 % 15 < low ? 100 : 140);
  return runs;
}

Results OfOneCase(const std::string& kernel, const std::vector<double>& runs) {
  Results r = MakeResults(kernel, "boot of " + kernel);
  AddCase("pio/out", runs, r);
  return r;
}

TEST(DiffReportTest, TwoPlacesAreShownAndWhyTheChangeIsNotOfTheMedians) {
  const Diff diff =
      Compare(OfOneCase("6.1", TwoPlaces(8)), OfOneCase("6.2", TwoPlaces(7)));
  const std::string text = DiffToText(diff, {});
  EXPECT_EQ(LineWith(text, "OLD lies"),
            "    OLD lies in two places: 100.0 (8) and 140.0 (7)");
  EXPECT_EQ(LineWith(text, "NEW lies"),
            "    NEW lies in two places: 100.0 (7) and 140.0 (8)");
  EXPECT_EQ(LineWith(text, "medians:"),
            "    medians: +40.0%; change is over all pairs (two places)");
  EXPECT_TRUE(absl::StrContains(text, " +0.0% [")) << text;
  const std::string json = DiffToJson(diff);
  EXPECT_TRUE(absl::StrContains(json, "\"disagreement\": \"two places\""))
      << json;
}

TEST(DiffReportTest, ManySidesShowTwoPlaces) {
  const std::vector<Side> sides = {
      MakeSide(OfOneCase("6.1", Runs(100)), "a.pb"),
      MakeSide(OfOneCase("6.2", TwoPlaces(8)), "b.pb"),
      MakeSide(OfOneCase("6.3", TwoPlaces(7)), "c.pb")};
  for (const Steps& steps :
       {FindSteps(sides, {}), CompareWithFirst(sides, {})}) {
    const std::string text = StepsToText(steps, {});
    EXPECT_EQ(LineWith(text, "[2] lies"),
              "    [2] lies in two places: 100.0 (8) and 140.0 (7)");
    EXPECT_EQ(LineWith(text, "[3] lies"),
              "    [3] lies in two places: 100.0 (7) and 140.0 (8)");
    EXPECT_FALSE(absl::StrContains(text, "[1] lies")) << text;
    const std::string json = StepsToJson(steps);
    EXPECT_EQ(
        std::vector<std::string>(absl::StrSplit(json, "\"modes\"")).size(), 3u)
        << json;
  }
  const std::string text =
      StepsToText(CompareWithFirst({sides[1], sides[0], sides[2]}, {}), {});
  EXPECT_EQ(LineWith(text, "[1] lies"),
            "    [1] lies in two places: 100.0 (8) and 140.0 (7)");
  EXPECT_FALSE(absl::StrContains(text, "[2] medians:")) << text;
  EXPECT_EQ(LineWith(text, "[3] medians:"),
            "    [3] medians: +40.0%; change is over all pairs (two places)");
}

TEST(DiffReportTest, AStepSaysWhyItIsNotOfTheMedians) {
  Steps steps = FindSteps({MakeSide(OfOneCase("6.1", Runs(100)), "a.pb"),
                           MakeSide(OfOneCase("6.2", Runs(110)), "b.pb"),
                           MakeSide(OfOneCase("6.3", Runs(110)), "c.pb")},
                          {});
  EXPECT_FALSE(absl::StrContains(StepsToText(steps, {}), "medians"));
  steps.rows[0].cells[1].disagreement = Disagreement::kSkewed;
  EXPECT_EQ(LineWith(StepsToText(steps, {}), "medians"),
            "    medians: +10.0%; change is over all pairs (skewed)");
}

TEST(DiffReportTest, JsonHasTheVerdicts) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", Runs(1000), a);
  AddCase("pio/out", Runs(1250), b);
  const std::string json = DiffToJson(Compare(a, b));
  EXPECT_TRUE(absl::StrContains(json, "\"verdict\": \"worse\"")) << json;
  EXPECT_TRUE(absl::StrContains(json, "\"worse\": 1")) << json;
}

TEST(DiffReportTest, JsonHasTheMediansInDigitsThatMatter) {
  Results a = MakeResults("6.1", "a"), b = MakeResults("6.2", "b");
  AddCase("pio/out", std::vector<double>(15, 106195.98999999992), a);
  AddCase("pio/out", std::vector<double>(15, 1e6), b);
  const std::string json = DiffToJson(Compare(a, b));
  for (absl::string_view part :
       {"\"median_of_runs\": 106195.99,", "\"median_of_runs\": 1000000,"}) {
    EXPECT_TRUE(absl::StrContains(json, part)) << part << "\n" << json;
  }
  EXPECT_FALSE(absl::StrContains(json, "99999")) << json;
  const std::string steps =
      StepsToJson(FindSteps({MakeSide(a, "a"), MakeSide(b, "b")}, {}));
  EXPECT_TRUE(absl::StrContains(steps, "\"median_of_runs\": 106195.99,"))
      << steps;
}

}  // namespace
}  // namespace exitbench
