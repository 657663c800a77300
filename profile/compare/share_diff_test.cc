#include "profile/compare/share_diff.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"
#include "profile/compare/diff_functions.h"
#include "profile/compare/diff_functions_report.h"
#include "profile/compare/testing.h"
#include "results/text/column_table.h"
#include "results/text/json_writer.h"

namespace exitbench {
namespace {

const std::vector<double> kBefore = {50000, 20000, 10000, 9000,
                                     8000,  2000,  1000,  0};

ShareDiff Compare(const std::vector<double>& before,
                  const std::vector<double>& after) {
  const Profile a = SampledProfile(before), b = SampledProfile(after);
  ShareDiff diff = CompareShares(a, a.cases[0], b, b.cases[0]);
  FindChangedShares({&diff});
  return diff;
}

std::string Names(const std::vector<const ShareChange*>& changes) {
  std::string names;
  for (const ShareChange* c : changes) absl::StrAppend(&names, c->name, " ");
  return names;
}

TEST(CompareShares, CountsFunctionsOfBothSides) {
  const ShareDiff diff =
      Compare(kBefore, {50000, 20000, 10000, 9000, 8000, 2000, 0, 500});
  EXPECT_EQ(diff.case_name, "vm/get_regs");
  EXPECT_EQ(diff.old_samples, 100000);
  EXPECT_EQ(diff.new_samples, 99500);
  ASSERT_EQ(diff.functions.size(), 9u);
  EXPECT_EQ(diff.functions[6].name, "f6");
  EXPECT_EQ(diff.functions[6].old_self, 1000);
  EXPECT_EQ(diff.functions[6].new_self, 0);
  EXPECT_EQ(diff.functions[8].name, "run");
  EXPECT_EQ(diff.functions[8].new_self, 0);
  EXPECT_EQ(diff.functions[8].new_inclusive, 99500);
  EXPECT_EQ(diff.tests, 17u);  // run has no samples of its own.
}

TEST(FindChangedShares, FindsWhatIsGoneAndNew) {
  const ShareDiff diff =
      Compare(kBefore, {50000, 20000, 10000, 9000, 8000, 2000, 0, 500});
  EXPECT_LT(diff.spread, .01);
  EXPECT_EQ(Names(ChangedSelf(diff)), "f6 f7 ");
  EXPECT_EQ(Names(ChangedInclusive(diff)), "f6 f7 ");
}

// All differ by what chance gives: up to two standard deviations.
TEST(FindChangedShares, ChanceIsNoChange) {
  const ShareDiff diff =
      Compare(kBefore, {50300, 19720, 10190, 8820, 8170, 1920, 1050, 3});
  EXPECT_LT(diff.spread, .06);
  EXPECT_EQ(Names(ChangedSelf(diff)), "");
  EXPECT_EQ(Names(ChangedInclusive(diff)), "");
}

// Chance explains none of these differences, but most functions have them.
TEST(FindChangedShares, WhatMostFunctionsDoIsNoChange) {
  const ShareDiff diff =
      Compare(kBefore, {40000, 26000, 13000, 7000, 10500, 2700, 800, 0});
  EXPECT_GT(diff.spread, .25);
  EXPECT_LT(diff.spread, .5);
  EXPECT_EQ(Names(ChangedSelf(diff)), "");
  // But not that one of a thousand samples has none.
  EXPECT_EQ(Names(ChangedSelf(Compare(
                kBefore, {40000, 26000, 13000, 7000, 10500, 2700, 0, 0}))),
            "f6 ");
}

// 20 samples against none are enough for one case, not for one of a
// thousand.
TEST(FindChangedShares, AllCasesShareACorrection) {
  const std::vector<double> before = {50000, 20000, 10000, 9000, 8000, 2000, 0};
  const std::vector<double> after = {50000, 20000, 10000, 9000, 8000, 2000, 20};
  EXPECT_EQ(Names(ChangedSelf(Compare(before, after))), "f6 ");
  const Profile a = SampledProfile(before), b = SampledProfile(after);
  std::vector<ShareDiff> diffs(1000,
                               CompareShares(a, a.cases[0], b, b.cases[0]));
  std::vector<ShareDiff*> all;
  for (ShareDiff& diff : diffs) all.push_back(&diff);
  FindChangedShares(all);
  EXPECT_EQ(Names(ChangedSelf(diffs[0])), "");
}

TEST(FindChangedShares, WantsFiveFunctionsToKnowTheSpread) {
  const ShareDiff four =
      Compare({500, 400, 300, 200, 100}, {500, 400, 300, 200, 0});
  EXPECT_EQ(four.tests, 0u);
  EXPECT_EQ(Names(ChangedSelf(four)), "");
  EXPECT_EQ(Names(ChangedSelf(Compare({500, 400, 300, 200, 150, 100},
                                      {500, 400, 300, 200, 150, 0}))),
            "f5 ");
}

std::vector<SideProfiles> Sides(const Profile& before, const Profile& after) {
  return {{.kernel_release = "6.18-test",
           .profiles = {{.path = "old.profile.pb", .profile = before}}},
          {.kernel_release = "6.18-test",
           .profiles = {{.path = "new.profile.pb", .profile = after}}}};
}

const std::vector<ComparedCase> kCompared = {{"vm/get_regs", 0, 1}};

DiffFunctions OfSides(const std::vector<SideProfiles>& sides) {
  DiffFunctions functions;
  CompareSharesOf(kCompared, sides, functions);
  return functions;
}

TEST(CompareSharesOf, RefusesProfilesMadeInOtherWays) {
  Profile after = SampledProfile(kBefore);
  after.host.source = ProfileSource::kTrace;
  EXPECT_EQ(OfSides(Sides(SampledProfile(kBefore), after)).notes,
            std::vector<std::string>{
                "old.profile.pb has samples of a clock, new.profile.pb has "
                "counts of instructions: they can't be compared"});
  after.host.source = ProfileSource::kNmi;
  const DiffFunctions functions =
      OfSides(Sides(after, SampledProfile(kBefore)));
  EXPECT_TRUE(functions.shares.empty());
  EXPECT_EQ(functions.notes,
            std::vector<std::string>{
                "old.profile.pb has samples by NMI, new.profile.pb has "
                "samples of a clock: they can't be compared"});
}

TEST(CompareSharesOf, SaysWhatIsMissing) {
  std::vector<SideProfiles> sides =
      Sides(SampledProfile(kBefore), SampledProfile(kBefore));
  sides[1].profiles[0].profile.cases[0].name = "vm/set_regs";
  EXPECT_EQ(OfSides(sides).notes,
            std::vector<std::string>{"1 case has samples on one side only"});
  sides[1].profiles[0].problem = "there is no new.profile.pb";
  EXPECT_EQ(OfSides(sides).notes,
            std::vector<std::string>{"there is no new.profile.pb"});
  // Two traces are compared where a metric changed.
  sides = Sides(SampledProfile(kBefore), SampledProfile(kBefore));
  for (SideProfiles& side : sides) {
    side.profiles[0].profile.host.source = ProfileSource::kTrace;
  }
  EXPECT_TRUE(OfSides(sides).shares.empty());
  EXPECT_TRUE(OfSides(sides).notes.empty());
}

TEST(ComparedCases, OfADiffAreThoseThatWereCompared) {
  Diff diff;
  diff.cases.push_back({.name = "a"});
  diff.cases.push_back({.name = "b", .change = CaseChange::kOtherPayload});
  const std::vector<ComparedCase> compared = ComparedCases(diff);
  ASSERT_EQ(compared.size(), 1u);
  EXPECT_EQ(compared[0].case_name, "a");
  EXPECT_EQ(compared[0].to, 1u);
}

TEST(ComparedCases, OfStepsAreWithTheLastSideOrTheFirst) {
  Steps steps;
  StepRow row{.case_name = "a", .metric = "guest"};
  row.cells.resize(4);
  for (const size_t i : {0, 2, 3}) row.cells[i].outcome = Outcome::kOk;
  steps.rows.push_back(row);
  row.metric = "host";
  steps.rows.push_back(row);
  const auto pairs = [&steps] {
    std::string text;
    for (const ComparedCase& c : ComparedCases(steps)) {
      absl::StrAppend(&text, c.from, c.to, " ");
    }
    return text;
  };
  EXPECT_EQ(pairs(), "02 23 ");
  steps.against_first = true;
  EXPECT_EQ(pairs(), "02 03 ");
}

TEST(SharesToText, ListsWhatChangedAndCountsTheRest) {
  const DiffFunctions functions = OfSides(
      Sides(SampledProfile(kBefore),
            SampledProfile({50000, 20000, 10000, 9000, 8000, 2000, 0, 500})));
  EXPECT_EQ(DiffFunctionsToText(functions, false, kTextColumns),
            "\n"
            "vm/get_regs  functions' shares of 100000 -> 99500 samples, spread "
            "1%\n"
            "change  old %          95%  new %          95%  function  module\n"
            "with all that they call\n"
            "-1.00   1.00   0.94-1.06    0.000  0.000-0.004  f6        vmlinux "
            " gone\n"
            "+0.503  0.000  0.000-0.004  0.503  0.460-0.548  f7        vmlinux "
            " new\n"
            "by themselves\n"
            "-1.00   1.00   0.94-1.06    0.000  0.000-0.004  f6        vmlinux "
            " gone\n"
            "+0.503  0.000  0.000-0.004  0.503  0.460-0.548  f7        vmlinux "
            " new\n");
  EXPECT_EQ(DiffFunctionsToText(OfSides(Sides(SampledProfile(kBefore),
                                              SampledProfile(kBefore))),
                                false, kTextColumns),
            "\nfunctions:  no share is shown to have changed in 1 case\n");
  EXPECT_EQ(DiffFunctionsToText(
                OfSides(Sides(SampledProfile({100}), SampledProfile({100}))),
                false, kTextColumns),
            "\nfunctions:  too few samples to compare shares in 1 case\n");
}

TEST(SharesToText, HasTwelveOfEachListAndFitsTheWidth) {
  std::vector<double> before(40, 1000), after(40, 1000);
  for (size_t i = 0; i < 14; ++i) {
    after[i] = 0;
    before[i] = 300 + static_cast<double>(i);
  }
  Profile old = SampledProfile(before);
  old.functions[3].name = absl::StrCat("\x1b[2J", std::string(90, 'x'));
  const DiffFunctions functions = OfSides(Sides(old, SampledProfile(after)));
  const std::string text = DiffFunctionsToText(functions, false, kTextColumns);
  EXPECT_TRUE(absl::StrContains(text, "\n2 more\nby themselves\n"));
  // A line about columns that were left out follows.
  EXPECT_TRUE(
      absl::StrContains(text.substr(text.find("by themselves")), "\n2 more\n"));
  EXPECT_TRUE(absl::StrContains(text, " f13 "));
  EXPECT_FALSE(absl::StrContains(text, " f0 "));
  for (const size_t columns : {40, 60, 80, 100}) {
    const std::string narrow = DiffFunctionsToText(functions, false, columns);
    EXPECT_FALSE(absl::StrContains(narrow, "\x1b"));
    for (absl::string_view line : absl::StrSplit(narrow, '\n')) {
      EXPECT_LE(line.size(), columns) << line;
    }
  }
}

TEST(WriteShares, HasAllFunctions) {
  const DiffFunctions functions =
      OfSides(Sides(SampledProfile({500, 400, 300, 200, 150, 100}),
                    SampledProfile({500, 400, 300, 200, 150, 0})));
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
      "{\"functions\":[],\"function_shares\":[{\"case\":\"vm/get_regs\",\"old_"
      "side\":0,\"new_side\":1,\"old_samples\":1650,\"new_samples\":1550,"))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text,
      "{\"name\":\"f5\",\"module\":\"vmlinux\",\"old_inclusive\":{"
      "\"samples\":100,\"share\":0.0606"))
      << text;
  EXPECT_TRUE(absl::StrContains(
      text, "\"new_self\":{\"samples\":0,\"share\":0,\"low\":0,"))
      << text;
  EXPECT_TRUE(absl::StrContains(text, "\"self_changed\":true")) << text;
  EXPECT_TRUE(absl::EndsWith(text,
                             "]}],\"functions_notes\":[],"
                             "\"functions_warnings\":[]}"));
}

}  // namespace
}  // namespace exitbench
