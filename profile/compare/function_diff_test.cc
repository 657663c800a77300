#include "profile/compare/function_diff.h"

#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "profile/compare/testing.h"

namespace exitbench {
namespace {

FunctionDiff Compare(const Profile& before, const Profile& after) {
  return CompareFunctions(before, before.cases[0], after, after.cases[0]);
}

const FunctionChange* Find(const FunctionDiff& diff, absl::string_view name) {
  for (const FunctionChange& c : diff.changes) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

double SelfDeltas(const FunctionDiff& diff) {
  return std::accumulate(
      diff.changes.begin(), diff.changes.end(), 0.0,
      [](double sum, const FunctionChange& c) { return sum + c.SelfDelta(); });
}

std::string Names(const std::vector<const FunctionChange*>& changes) {
  std::string names;
  for (const FunctionChange* c : changes) absl::StrAppend(&names, c->name, " ");
  return names;
}

TEST(CompareFunctions, FindsNewGoneAndChanged) {
  const FunctionDiff diff = Compare(OldProfile(), NewProfile());
  EXPECT_EQ(diff.case_name, "pio/out");
  EXPECT_EQ(diff.metric, "guest");
  EXPECT_EQ(diff.old_figure, 115);
  EXPECT_EQ(diff.new_figure, 108);
  // run and entry only call what changed.
  ASSERT_EQ(diff.changes.size(), 6u);
  const FunctionChange& gone = *Find(diff, "old_name");
  EXPECT_TRUE(gone.in_old && !gone.in_new);
  EXPECT_EQ(gone.SelfDelta(), -5);
  EXPECT_EQ(gone.InclusiveDelta(), -5);
  const FunctionChange& added = *Find(diff, "new_name");
  EXPECT_TRUE(!added.in_old && added.in_new);
  EXPECT_EQ(added.SelfDelta(), 7);
  const FunctionChange& helper = *Find(diff, "helper");
  EXPECT_TRUE(helper.in_old && helper.in_new);
  EXPECT_EQ(helper.SelfDelta(), -5);
  EXPECT_EQ(helper.new_inclusive, 5);  // Not 7: its call of itself is in it.
  EXPECT_EQ(helper.old_calls, 1);
  EXPECT_EQ(helper.new_calls, 2);
  EXPECT_EQ(helper.self[static_cast<size_t>(Leg::kWhole)], -5);
  EXPECT_EQ(Find(diff, kThunks)->SelfDelta(), -3);
  EXPECT_EQ(Find(diff, "run")->SelfDelta(), 0);
  EXPECT_EQ(Find(diff, "run")->InclusiveDelta(), -6);
}

TEST(CompareFunctions, ExplainsTheFigureExactly) {
  const FunctionDiff diff = Compare(OldProfile(), NewProfile());
  EXPECT_EQ(SelfDeltas(diff) - (diff.new_uncounted - diff.old_uncounted),
            diff.new_figure - diff.old_figure);
  EXPECT_EQ(diff.unexplained, 0);
}

TEST(CompareFunctions, SaysWhatItDoesNotExplain) {
  Profile after = NewProfile();
  after.cases[0].figure = 110;
  EXPECT_EQ(Compare(OldProfile(), after).unexplained, 2);
}

TEST(CompareFunctions, CountsCostlyInstructions) {
  const FunctionDiff diff = Compare(OldProfile(), NewProfile());
  constexpr size_t kWrmsr = static_cast<size_t>(InstructionKind::kWrmsr);
  EXPECT_EQ(diff.old_kinds[kWrmsr], 1);
  EXPECT_EQ(diff.new_kinds[kWrmsr], 2);
}

TEST(CompareFunctions, AlikeProfilesHaveNoChanges) {
  const FunctionDiff diff = Compare(OldProfile(), OldProfile());
  EXPECT_TRUE(diff.changes.empty());
  EXPECT_EQ(diff.unexplained, 0);
  EXPECT_EQ(diff.legs.size(), 1u);
}

TEST(CompareFunctions, AnotherModuleIsAnotherFunction) {
  Profile after = OldProfile();
  after.functions[1].module = 1;
  const FunctionDiff diff = Compare(OldProfile(), after);
  ASSERT_EQ(diff.changes.size(), 2u);
  EXPECT_EQ(diff.changes[0].name, "helper");
  EXPECT_EQ(diff.changes[1].name, "helper");
  EXPECT_NE(diff.changes[0].in_old, diff.changes[1].in_old);
}

// What moves from leg to leg is a change though no sum differs.
TEST(CompareFunctions, ByLegIfBothHaveTheSame) {
  Profile before = OldProfile(), after = OldProfile();
  before.cases[0].legs = {{Leg::kExit, {0}}, {Leg::kEntry, {1}}};
  after.cases[0].legs = {{Leg::kExit, {1}}, {Leg::kEntry, {0}}};
  const FunctionDiff diff = Compare(before, after);
  EXPECT_EQ(diff.legs.size(), 2u);
  ASSERT_EQ(diff.changes.size(), 2u);
  EXPECT_EQ(diff.changes[0].name, "helper");
  EXPECT_EQ(diff.changes[0].self[static_cast<size_t>(Leg::kExit)], -10);
  EXPECT_EQ(diff.changes[0].self[static_cast<size_t>(Leg::kEntry)], 10);
  after.cases[0].legs = {{Leg::kWhole, {0, 1}}};
  EXPECT_TRUE(Compare(before, after).legs.empty());
}

TEST(Order, ByInclusiveLeavesOutWhatPassesOn) {
  const FunctionDiff diff = Compare(OldProfile(), NewProfile());
  // entry passes on the -6 of run.
  EXPECT_EQ(Names(ByInclusive(diff)), "new_name run helper old_name [thunks] ");
}

TEST(Order, ByInclusiveLeavesOutCallersOfTheOneThatChanged) {
  Profile after = OldProfile();
  after.nodes[0].self = 13;
  const FunctionDiff diff = Compare(OldProfile(), after);
  EXPECT_EQ(diff.changes.size(), 3u);
  EXPECT_EQ(Names(ByInclusive(diff)), "helper ");
}

TEST(Order, BySelfHasOnlyOwnChanges) {
  EXPECT_EQ(Names(BySelf(Compare(OldProfile(), NewProfile()))),
            "new_name helper old_name [thunks] ");
}

}  // namespace
}  // namespace exitbench
