#include "harness/plan/round_order.h"

#include <set>

#include "gtest/gtest.h"

namespace exitbench {
namespace {

std::vector<std::string> Names(const std::vector<CaseInstance>& cases) {
  std::vector<std::string> names;
  for (const CaseInstance& c : cases) names.push_back(c.name);
  return names;
}

TEST(RoundOrder, IsAPermutationFixedByItsNumbers) {
  const std::vector<CaseInstance> all = AllCases();
  const auto order = Names(RoundOrder(all, 1, 0, 0));
  EXPECT_EQ(order, Names(RoundOrder(all, 1, 0, 0)));
  EXPECT_NE(order, Names(RoundOrder(all, 2, 0, 0)));
  EXPECT_NE(order, Names(RoundOrder(all, 1, 1, 0)));
  EXPECT_NE(order, Names(RoundOrder(all, 1, 0, 1)));
  const auto names = Names(all);
  EXPECT_EQ(std::set<std::string>(order.begin(), order.end()),
            std::set<std::string>(names.begin(), names.end()));
}

// Whatever a part leaves out, the rest is in the order of the whole.
TEST(LeftOfRound, IsTheWholeOrderLessWhatIsDoneOrLeftOut) {
  const std::vector<CaseInstance> all = AllCases();
  const auto order = Names(RoundOrder(all, 7, 2, 1));
  SessionPart part = {.session_index = 2, .round = 1};
  EXPECT_EQ(Names(LeftOfRound(all, 7, part, 1)), order);
  part.after = order[9];
  part.without = {order[3], order[9], order[11]};
  auto rest = std::vector<std::string>(order.begin() + 10, order.end());
  rest.erase(rest.begin() + 1);
  EXPECT_EQ(Names(LeftOfRound(all, 7, part, 1)), rest);
  EXPECT_TRUE(LeftOfRound(all, 7, part, 0).empty());
  EXPECT_EQ(LeftOfRound(all, 7, part, 2).size(), all.size() - 3);
}

TEST(AnyLeft, NotAfterTheLastCaseOfTheLastRound) {
  const std::vector<CaseInstance> all = AllCases();
  const auto order = Names(RoundOrder(all, 7, 0, 1));
  SessionPart part = {.round = 1, .after = order.back()};
  EXPECT_FALSE(AnyLeft(all, 7, part, 2));
  EXPECT_TRUE(AnyLeft(all, 7, part, 3));
  part.after = order[order.size() - 2];
  EXPECT_TRUE(AnyLeft(all, 7, part, 2));
  part.without = {order.back()};
  EXPECT_FALSE(AnyLeft(all, 7, part, 2));
}

TEST(AnyLeft, NotWhereAllIsLeftOut) {
  const std::vector<CaseInstance> all = AllCases();
  EXPECT_TRUE(AnyLeft(all, 7, {}, 1));
  EXPECT_FALSE(AnyLeft(all, 7, {.without = Names(all)}, 1));
}

}  // namespace
}  // namespace exitbench
