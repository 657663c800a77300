#include "profile/walk/node_store.h"

#include "gtest/gtest.h"
#include "profile/words/word.h"

namespace exitbench {
namespace {

uint64_t Word(EbTraceClass kind) {
  return static_cast<uint64_t>(kind) << EB_TRACE_CLASS_SHIFT;
}

// Function 5 calls 7 and 6, each of which calls 8.
CallTree Tree(double self_of_7) {
  CallTree tree;
  const uint32_t top = tree.Child(CallTree::kTop, 5);
  for (const FunctionId function : {7, 6}) {
    const uint32_t node = tree.Child(top, function);
    tree[node].self = function == 7 ? self_of_7 : 3;
    tree[node].calls = 1;
    const uint32_t leaf = tree.Child(node, 8);
    tree.Add(leaf, Word(EB_TRACE_LFENCE));
    tree.Add(leaf, Word(EB_TRACE_OTHER));
  }
  return tree;
}

TEST(NodeStore, TreesThatAreAlikeAreOne) {
  NodeStore store;
  const std::vector<uint32_t> one = store.Intern(Tree(4), 1);
  EXPECT_EQ(store.nodes().size(), 4u);  // The leaf is shared.
  EXPECT_EQ(store.Intern(Tree(4), 1), one);
  EXPECT_EQ(store.nodes().size(), 4u);
  EXPECT_NE(store.Intern(Tree(9), 1), one);
  EXPECT_EQ(store.nodes().size(), 6u);
}

TEST(NodeStore, ChildrenStandBeforeTheirParentsByFunction) {
  NodeStore store;
  const std::vector<uint32_t> roots = store.Intern(Tree(4), 1);
  ASSERT_EQ(roots.size(), 1u);
  const ProfileNode& top = store.nodes()[roots[0]];
  ASSERT_EQ(top.children.size(), 2u);
  EXPECT_EQ(store.nodes()[top.children[0]].function, 6u);
  EXPECT_EQ(store.nodes()[top.children[1]].function, 7u);
  for (uint32_t i = 0; i < store.nodes().size(); ++i) {
    for (const uint32_t child : store.nodes()[i].children) EXPECT_LT(child, i);
  }
}

TEST(NodeStore, TheMeanOfTrees) {
  NodeStore store;
  CallTree sum;
  store.AddTo(store.Intern(Tree(4), 1), sum);
  store.AddTo(store.Intern(Tree(9), 1), sum);
  const std::vector<uint32_t> roots = store.Intern(sum, 2);
  const ProfileNode& seven = store.nodes()[store.nodes()[roots[0]].children[1]];
  EXPECT_EQ(seven.function, 7u);
  EXPECT_EQ(seven.self, 6.5);
  EXPECT_EQ(seven.calls, 1);
  const ProfileNode& leaf = store.nodes()[seven.children[0]];
  EXPECT_EQ(leaf.self, 2);
  ASSERT_EQ(leaf.kinds.size(), 1u);
  EXPECT_EQ(leaf.kinds[0], std::pair(InstructionKind::kLfence, uint32_t{1}));
}

}  // namespace
}  // namespace exitbench
