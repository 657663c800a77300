#include "profile/report/functions.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "profile/model/test_profile.h"

namespace exitbench {
namespace {

constexpr size_t kExit = static_cast<size_t>(Leg::kExit);
constexpr size_t kEntry = static_cast<size_t>(Leg::kEntry);

const FunctionRow* Find(const CaseFunctions& functions,
                        absl::string_view name) {
  for (const FunctionRow& row : functions.rows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

TEST(FunctionCounter, CountsByLegAndFoldsThunks) {
  const Profile profile = TestProfile();
  const CaseFunctions functions =
      FunctionCounter(profile, true).Count(profile.cases[0]);
  ASSERT_EQ(functions.rows.size(), 2u);
  const FunctionRow& run = functions.rows[0];
  EXPECT_EQ(run.name, "kvm_arch_vcpu_ioctl_run");
  EXPECT_EQ(run.module, "kvm");
  EXPECT_EQ(run.self[kExit], 40.5);
  EXPECT_EQ(run.self[kEntry], 7);
  EXPECT_EQ(run.inclusive[kExit], 42.5);
  EXPECT_EQ(run.inclusive[kEntry], 9);
  EXPECT_EQ(run.calls, 1);
  EXPECT_EQ(run.kinds[static_cast<size_t>(InstructionKind::kWrmsr)], 2);
  EXPECT_EQ(functions.rows[1].name, kThunks);
  EXPECT_EQ(functions.rows[1].module, "");
  EXPECT_EQ(Sum(functions.rows[1].self), 4);
  EXPECT_EQ(functions.rows[1].calls, 2);
  EXPECT_EQ(functions.self[kExit], 42.5);
  EXPECT_EQ(Sum(functions.self), 51.5);
  EXPECT_EQ(functions.kinds[static_cast<size_t>(InstructionKind::kLfence)], 1);
}

TEST(FunctionCounter, ShowsThunksSingly) {
  const Profile profile = TestProfile();
  const FunctionCounter counter(profile, false);
  const CaseFunctions functions = counter.Count(profile.cases[0]);
  ASSERT_NE(Find(functions, "srso_safe_ret"), nullptr);
  EXPECT_EQ(Find(functions, "srso_safe_ret")->module, "vmlinux");
  EXPECT_EQ(Find(functions, kThunks), nullptr);
  EXPECT_FALSE(counter.IsFolded(0));
  EXPECT_TRUE(FunctionCounter(profile, true).IsFolded(0));
  EXPECT_FALSE(FunctionCounter(profile, true).IsFolded(1));
}

// outer 1 -> inner 10 -> outer 100 -> inner 1000.
Profile Recursion() {
  Profile p;
  p.modules = {"vmlinux"};
  p.functions = {{.name = "outer"}, {.name = "inner"}};
  p.nodes = {{.function = 1, .self = 1000, .calls = 1},
             {.function = 0, .self = 100, .calls = 1, .children = {0}},
             {.function = 1, .self = 10, .calls = 1, .children = {1}},
             {.function = 0, .self = 1, .calls = 1, .children = {2}}};
  p.cases = {{.name = "a", .legs = {{Leg::kWhole, {3}}}, .events = 1}};
  return p;
}

TEST(FunctionCounter, CountsRecursionOnceAPath) {
  const Profile profile = Recursion();
  const FunctionCounter counter(profile, true);
  EXPECT_EQ(counter.Total(3), 1111);
  EXPECT_EQ(counter.Total(1), 1100);
  const CaseFunctions functions = counter.Count(profile.cases[0]);
  EXPECT_EQ(Sum(Find(functions, "outer")->inclusive), 1111);
  EXPECT_EQ(Sum(Find(functions, "outer")->self), 101);
  EXPECT_EQ(Find(functions, "outer")->calls, 2);
  EXPECT_EQ(Sum(Find(functions, "inner")->inclusive), 1110);
  EXPECT_EQ(Sum(Find(functions, "inner")->self), 1010);
}

// The same function on two paths counts on both.
TEST(FunctionCounter, CountsEachPath) {
  Profile profile = Recursion();
  profile.cases[0].legs = {{Leg::kWhole, {0, 1, 0}}};
  const CaseFunctions functions =
      FunctionCounter(profile, true).Count(profile.cases[0]);
  EXPECT_EQ(Sum(Find(functions, "inner")->inclusive), 3000);
  EXPECT_EQ(Sum(Find(functions, "outer")->inclusive), 1100);
}

TEST(FunctionCounter, FunctionsOfOneNameAndModuleAreOne) {
  Profile profile = Recursion();
  profile.modules = {"vmlinux", "kvm"};
  profile.functions[1].name = "outer";
  const CaseFunctions one =
      FunctionCounter(profile, true).Count(profile.cases[0]);
  ASSERT_EQ(one.rows.size(), 1u);
  EXPECT_EQ(Sum(one.rows[0].self), 1111);
  EXPECT_EQ(Sum(one.rows[0].inclusive), 1111);
  profile.functions[1].module = 1;
  EXPECT_EQ(FunctionCounter(profile, true).Count(profile.cases[0]).rows.size(),
            2u);
}

TEST(FunctionCounter, SortsByInclusiveThenSelfThenName) {
  Profile p;
  p.modules = {"m"};
  p.functions = {{.name = "d"}, {.name = "b"}, {.name = "a"}, {.name = "c"}};
  p.nodes = {{.function = 0, .self = 5},
             {.function = 1, .self = 5},
             {.function = 2, .self = 4},
             {.function = 3, .self = 0, .children = {1}}};
  p.cases = {{.name = "x", .legs = {{Leg::kWhole, {0, 2, 3}}}}};
  std::string order;
  for (const FunctionRow& row :
       FunctionCounter(p, true).Count(p.cases[0]).rows) {
    order += row.name;
  }
  EXPECT_EQ(order, "bdca");
}

TEST(CountPaths, SharesNothing) {
  EXPECT_EQ(CountPaths(TestProfile()), 4);
  Profile profile = Recursion();
  EXPECT_EQ(CountPaths(profile), 4);
  // Each node calls the one before it twice: 2^31 - 1 paths.
  profile.nodes = {{.function = 0}};
  for (uint32_t i = 0; i < 30; ++i) {
    profile.nodes.push_back({.function = 0, .children = {i, i}});
  }
  profile.cases[0].legs = {{Leg::kWhole, {30}}};
  EXPECT_EQ(CountPaths(profile), 2147483647);
}

TEST(Counts, AsText) {
  EXPECT_EQ(FormatCount(3538), "3538");
  EXPECT_EQ(FormatCount(40.5), "40.5");
  EXPECT_EQ(FormatCount(2.9999999999), "3");
  EXPECT_EQ(FormatDelta(12), "+12");
  EXPECT_EQ(FormatDelta(-0.25), "-0.2");
  EXPECT_EQ(FormatDelta(1e-12), "0");
  EXPECT_TRUE(Differ(3538, 3539));
  EXPECT_FALSE(Differ(0.1 + 0.2, 0.3));
}

TEST(Counts, SharesInPercent) {
  EXPECT_EQ(FormatPercent(1), "100.00");
  EXPECT_EQ(FormatPercent(.01), "1.00");
  EXPECT_EQ(FormatPercent(.00996), "0.996");
  EXPECT_EQ(FormatPercent(0), "0.000");
  // __seccomp_filter of docs/sampling.md.
  EXPECT_EQ(FormatShareInterval(137, 70047), "0.165-0.231");
  EXPECT_EQ(FormatShareInterval(22118, 70047), "31.23-31.92");
}

TEST(Counts, KindsWithKnownMsrsInThatOfWrmsr) {
  using Texts = std::vector<std::string>;
  ByKind kinds = {};
  EXPECT_EQ(KindTexts(kinds), Texts{});
  kinds[static_cast<size_t>(InstructionKind::kVerw)] = 1;
  kinds[static_cast<size_t>(InstructionKind::kWrmsr)] = 4;
  EXPECT_EQ(KindTexts(kinds), (Texts{"WRMSR 4", "VERW 1"}));
  kinds[static_cast<size_t>(InstructionKind::kIbpb)] = 1;
  kinds[static_cast<size_t>(InstructionKind::kWrmsrSpecCtrl)] = 2;
  EXPECT_EQ(KindTexts(kinds),
            (Texts{"WRMSR 4 (SPEC_CTRL 2, IBPB 1)", "VERW 1"}));
}

TEST(Counts, ItemsAreNotBroken) {
  std::string text;
  AppendItems("head:", {}, 40, text);
  EXPECT_EQ(text, "");
  AppendItems("head:", {"one 1", "two 2", "three 3"}, 19, text);
  EXPECT_EQ(text, "head: one 1, two 2,\n  three 3\n");
  text.clear();
  AppendItems("head:", {"one 1", "two 2"}, 18, text);
  EXPECT_EQ(text, "head: one 1, two 2\n");
  text.clear();
  AppendItems("head:", {std::string(30, 'x')}, 20, text);
  EXPECT_EQ(text, "head:\n  xxxxxxxxxxxxxxxxxx\n");
}

}  // namespace
}  // namespace exitbench
