#include "profile/compare/diff_functions.h"

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "profile/compare/diff_functions_report.h"
#include "profile/compare/testing.h"
#include "results/text/column_table.h"

namespace exitbench {
namespace {

std::vector<SideProfiles> BothSides() {
  return {{.kernel_release = "6.1.0-test",
           .profiles = {{.path = "old.profile.pb", .profile = OldProfile()}}},
          {.kernel_release = "6.12.0-test",
           .profiles = {{.path = "new.profile.pb", .profile = NewProfile()}}}};
}

const std::vector<ChangedMetric> kChanged = {{.case_name = "pio/out",
                                              .metric = "guest",
                                              .from = 0,
                                              .to = 1,
                                              .old_value = 115,
                                              .new_value = 108},
                                             {.case_name = "pio/out",
                                              .metric = "kvm_run",
                                              .from = 0,
                                              .to = 1,
                                              .old_value = 100,
                                              .new_value = 93}};

TEST(CompareFunctionsOf, TakesTheMetricThatTheProfileExplains) {
  const DiffFunctions functions = CompareFunctionsOf(kChanged, BothSides());
  ASSERT_EQ(functions.changes.size(), 1u);
  EXPECT_EQ(functions.changes[0].diff.metric, "guest");
  EXPECT_TRUE(functions.notes.empty());
}

TEST(CompareFunctionsOf, SaysOnceWhichProfileIsMissing) {
  std::vector<SideProfiles> sides = BothSides();
  sides[1].profiles[0].problem = "there is no new.profile.pb";
  const DiffFunctions functions = CompareFunctionsOf(kChanged, sides);
  EXPECT_TRUE(functions.changes.empty());
  EXPECT_EQ(functions.notes,
            std::vector<std::string>{"there is no new.profile.pb"});
}

TEST(CompareFunctionsOf, OneOfSeveralFilesOfASideIsEnough) {
  std::vector<SideProfiles> sides = BothSides();
  sides[0].profiles.insert(sides[0].profiles.begin(),
                           {.path = "no", .problem = "there is no profile"});
  EXPECT_EQ(CompareFunctionsOf(kChanged, sides).changes.size(), 1u);
}

TEST(CompareFunctionsOf, RefusesAProfileOfAnotherRun) {
  std::vector<ChangedMetric> changed = kChanged;
  changed[0].new_value = 109;
  DiffFunctions functions = CompareFunctionsOf(changed, BothSides());
  EXPECT_TRUE(functions.changes.empty());
  EXPECT_EQ(functions.notes,
            std::vector<std::string>{
                "new.profile.pb has 108 for pio/out guest, the results have "
                "109: it is not of their run"});
  // A centre is a mean of the middle half, a figure may be a median.
  changed[0].new_value = 108.5;
  EXPECT_EQ(CompareFunctionsOf(changed, BothSides()).changes.size(), 1u);
  changed[0].old_value = 114;
  EXPECT_TRUE(
      absl::StartsWith(CompareFunctionsOf(changed, BothSides()).notes[0],
                       "old.profile.pb has 115 for"));
}

TEST(NameAsCompared, IsThePlainNameAcrossConfigurations) {
  std::vector<SideProfiles> sides = BothSides();
  sides[1].profiles[0].profile.cases[0].name = "pio/out.pmu_off";
  EXPECT_EQ(CompareFunctionsOf(kChanged, sides).notes,
            std::vector<std::string>{"new.profile.pb does not have pio/out"});
  Side side;
  side.cases.push_back({.name = "pio/out", .own_name = "pio/out.pmu_off"});
  NameAsCompared(side, sides[1]);
  EXPECT_EQ(CompareFunctionsOf(kChanged, sides).changes.size(), 1u);
}

TEST(CompareFunctionsOf, RefusesAnotherKernelAndCasesWithoutProfile) {
  std::vector<SideProfiles> sides = BothSides();
  sides[1].kernel_release = "7.2";
  sides[0].profiles[0].profile.cases[0].refused = "the host idled";
  EXPECT_EQ(CompareFunctionsOf(kChanged, sides).notes,
            (std::vector<std::string>{
                "old.profile.pb has no profile of pio/out: the host idled",
                "new.profile.pb is of the kernel 6.12.0-test, the results are "
                "of 7.2"}));
  sides = BothSides();
  sides[0].profiles[0].profile.cases[0].name = "pio/in";
  EXPECT_EQ(CompareFunctionsOf(kChanged, sides).notes,
            std::vector<std::string>{"old.profile.pb does not have pio/out"});
}

TEST(CompareFunctionsOf, WarnsOnceWhereOnlyOneSideHasInlinedFunctions) {
  std::vector<SideProfiles> sides = BothSides();
  EXPECT_TRUE(CompareFunctionsOf(kChanged, sides).warnings.empty());
  sides[1].profiles[0].profile.functions[2].file = "virt/kvm/kvm_main.c";
  std::vector<ChangedMetric> changed = kChanged;
  changed.push_back(kChanged[0]);
  DiffFunctions functions = CompareFunctionsOf(changed, sides);
  EXPECT_EQ(functions.changes.size(), 2u);
  EXPECT_EQ(functions.warnings,
            std::vector<std::string>{
                "new.profile.pb tells inlined functions apart, old.profile.pb "
                "does not: many functions are new or gone for that reason "
                "only"});
  sides[0].profiles[0].profile.functions[0].file = "virt/kvm/kvm_main.c";
  EXPECT_TRUE(CompareFunctionsOf(kChanged, sides).warnings.empty());
  sides[1].profiles[0].profile.functions[2].file.clear();
  functions = CompareFunctionsOf(kChanged, sides);
  ASSERT_EQ(functions.warnings.size(), 1u);
  EXPECT_TRUE(absl::StartsWith(functions.warnings[0], "old.profile.pb tells "));
  EXPECT_TRUE(absl::EndsWith(
      DiffFunctionsToText(functions, false, kTextColumns),
      "\n\nwarning:  old.profile.pb tells inlined functions apart, "
      "new.profile.pb does not: many functions are\n          new or gone for "
      "that reason only\n"));
}

TEST(ChangedMetrics, OfADiffAreBetterAndWorse) {
  Diff diff;
  diff.cases.push_back({.name = "pio/out"});
  for (const Change change : {Change::kSame, Change::kBetter, Change::kUnsure,
                              Change::kAdded, Change::kWorse}) {
    MetricDiff metric;
    metric.metric = absl::StrCat("m", static_cast<int>(change));
    metric.change = change;
    metric.baseline.value = 2;
    metric.candidate.value = 3;
    diff.cases[0].metrics.push_back(metric);
  }
  const std::vector<ChangedMetric> changed = ChangedMetrics(diff);
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_EQ(changed[0].metric,
            absl::StrCat("m", static_cast<int>(Change::kBetter)));
  EXPECT_EQ(changed[0].old_value, 2);
  EXPECT_EQ(changed[0].new_value, 3);
  EXPECT_EQ(changed[0].to, 1u);
}

TEST(ChangedMetrics, OfStepsAreFromTheSideOfTheStepBefore) {
  Steps steps;
  StepRow row{.case_name = "pio/out", .metric = "guest"};
  row.cells.resize(4);
  for (size_t i = 0; i < 4; ++i) {
    row.cells[i].has_value = i != 1;
    row.cells[i].value = 100.0 + static_cast<double>(i);
  }
  row.cells[2].change = Change::kWorse;
  row.cells[3].change = Change::kBetter;
  row.cells[3].base = 2;
  steps.rows.push_back(row);
  const std::vector<ChangedMetric> changed = ChangedMetrics(steps);
  ASSERT_EQ(changed.size(), 2u);
  EXPECT_EQ(changed[0].from, 0u);
  EXPECT_EQ(changed[0].to, 2u);
  EXPECT_EQ(changed[1].from, 2u);
  EXPECT_EQ(changed[1].to, 3u);
  EXPECT_EQ(changed[1].old_value, 102);
  EXPECT_EQ(changed[1].new_value, 103);
}

TEST(ProfileBeside, IsNamedAsTheResults) {
  EXPECT_EQ(ProfileBeside("dir/x.pb"), "dir/x.profile.pb");
  EXPECT_EQ(ProfileBeside("x"), "x.profile.pb");
}

TEST(DiffFunctionsToText, LeadsWithWhatIsCalledThenSelf) {
  EXPECT_EQ(
      DiffFunctionsToText(CompareFunctionsOf(kChanged, BothSides()), false,
                          kTextColumns),
      "\n"
      "pio/out guest 115 -> 108 (-7): functions 1 new, 1 gone, 4 changed\n"
      "change  old  new  calls  function  module\n"
      "with all that they call\n"
      "    +7    -    7      1  new_name  kvm     new\n"
      "    -5   10    5   1->2  helper    kvm\n"
      "    -5    5    -      1  old_name  kvm     gone\n"
      "    -3    6    3      3  [thunks]\n"
      "by themselves\n"
      "    +7    -    7      1  new_name  kvm     new\n"
      "    -5   10    5   1->2  helper    kvm\n"
      "    -5    5    -      1  old_name  kvm     gone\n"
      "    -3    6    3      3  [thunks]\n"
      "costly instructions: WRMSR 1 -> 2\n"
      "uncounted instructions: 1 -> 2\n");
}

TEST(LargestChangesToText, IsTheFirstListCutShort) {
  std::vector<SideProfiles> sides = BothSides();
  DiffFunctions functions = CompareFunctionsOf(kChanged, sides);
  functions.notes = {"a note"};
  functions.warnings = {"a warning"};
  EXPECT_EQ(
      LargestChangesToText(functions, 2, kTextColumns),
      "pio/out guest 115 -> 108 (-7): functions 1 new, 1 gone, 4 changed\n"
      "change  old  new  calls  function  module\n"
      "with all that they call\n"
      "    +7    -    7      1  new_name  kvm     new\n"
      "    -5   10    5   1->2  helper    kvm\n"
      "2 more\n"
      "no functions:  a note\n"
      "warning:  a warning\n");
}

// Twenty functions that each grew, by 1 to 20.
TEST(DiffFunctionsToText, SaysHowMuchIsNotShown) {
  std::vector<SideProfiles> sides = BothSides();
  for (SideProfiles& side : sides) {
    Profile& p = side.profiles[0].profile;
    const bool is_new = &side == &sides[1];
    p.modules = {"kvm"};
    p.functions.clear();
    p.nodes.clear();
    p.cases[0].legs = {{Leg::kWhole, {}}};
    p.cases[0].uncounted = 0;
    for (uint32_t i = 0; i < 20; ++i) {
      p.functions.push_back({.name = absl::StrCat("f", i)});
      p.nodes.push_back(
          {.function = i, .self = is_new ? 10.0 + i + 1 : 10.0, .calls = 1});
      p.cases[0].legs[0].roots.push_back(i);
    }
    p.cases[0].figure = is_new ? 410 : 200;
  }
  std::vector<ChangedMetric> changed = kChanged;
  changed[0].old_value = 200;
  changed[0].new_value = 410;
  const std::string text = DiffFunctionsToText(
      CompareFunctionsOf(changed, sides), false, kTextColumns);
  EXPECT_TRUE(absl::StrContains(text, "\n8 more\nby themselves\n"));
  EXPECT_TRUE(absl::EndsWith(text, "\n8 more, sum +36\n"));  // 1 + ... + 8.
  EXPECT_TRUE(absl::StrContains(text, "   +20   10   30      1  f19"));
  EXPECT_FALSE(absl::StrContains(text, "explain"));
}

TEST(DiffFunctionsToText, SaysWhatTheFunctionsDoNotExplain) {
  std::vector<SideProfiles> sides = BothSides();
  sides[1].profiles[0].profile.cases[0].figure = 108.25;
  EXPECT_TRUE(absl::StrContains(
      DiffFunctionsToText(CompareFunctionsOf(kChanged, sides), false,
                          kTextColumns),
      "\nthe functions do not explain +0.2 of the change: a side is a "
      "mean\n"));
}

TEST(DiffFunctionsToText, NamesTheSidesOfThree) {
  std::vector<SideProfiles> sides = BothSides();
  sides.insert(sides.begin(), SideProfiles{});
  std::vector<ChangedMetric> changed = kChanged;
  changed[0].from = 1;
  changed[0].to = 2;
  changed.pop_back();
  EXPECT_TRUE(
      absl::StartsWith(DiffFunctionsToText(CompareFunctionsOf(changed, sides),
                                           false, kTextColumns),
                       "\npio/out guest [2] 115 -> [3] 108 (-7): "));
}

TEST(DiffFunctionsToText, FitsTheWidthAndPrintsNothingOfFilesRaw) {
  std::vector<SideProfiles> sides = BothSides();
  sides[0].profiles[0].profile.functions[2].name =
      absl::StrCat("\x1b[2J", std::string(90, 'x'));
  sides[1].profiles[0].profile.modules[1] = "\x1bkvm";
  for (const size_t columns : {40, 60, 80, 100}) {
    DiffFunctions functions = CompareFunctionsOf(kChanged, sides);
    functions.notes = {
        "a sentence of the length that a line has not at most "
        "widths, with \x1b in it"};
    const std::string text = DiffFunctionsToText(functions, false, columns);
    EXPECT_FALSE(absl::StrContains(text, "\x1b"));
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      EXPECT_LE(line.size(), columns) << line;
    }
  }
}

TEST(WriteDiffFunctions, HasAllChanges) {
  DiffFunctions functions = CompareFunctionsOf(kChanged, BothSides());
  functions.notes = {"a note"};
  functions.warnings = {"a warning"};
  JsonWriter json;
  json.BeginObject();
  WriteDiffFunctions(functions, json);
  json.EndObject();
  std::string text;
  for (const char c : json.Take()) {
    if (c != ' ' && c != '\n') text += c;
  }
  EXPECT_TRUE(absl::StartsWith(
      text,
      "{\"functions\":[{\"case\":\"pio/out\",\"metric\":\"guest\",\"old_side\":"
      "0,\"new_side\":1,\"old_figure\":115,\"new_figure\":108,\"old_"
      "uncounted\":1,\"new_uncounted\":2,\"unexplained\":0,\"old_costly_"
      "instructions\":{\"WRMSR\":1,\"LFENCE\":2},\"new_costly_instructions\":{"
      "\"WRMSR\":2,\"LFENCE\":2},\"functions\":["));
  EXPECT_TRUE(absl::StrContains(
      text,
      "{\"name\":\"old_name\",\"module\":\"kvm\",\"in_old\":true,\"in_new\":"
      "false,\"old_inclusive\":5,\"new_inclusive\":0,\"old_self\":5,\"new_"
      "self\":0,\"old_calls\":1,\"new_calls\":0,\"inclusive_by_leg\":{"
      "\"whole\":-5},\"self_by_leg\":{\"whole\":-5}}"));
  EXPECT_TRUE(
      absl::EndsWith(text,
                     "],\"function_shares\":[],\"functions_notes\":[\"anote\"],"
                     "\"functions_warnings\":[\"awarning\"]}"));
}

}  // namespace
}  // namespace exitbench
