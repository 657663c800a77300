#include "profile/sample/sample_tree.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "profile/file/profile_bytes.h"

namespace exitbench {
namespace {

constexpr char kSymbols[] =
    "ffffffff81000000 T entry\n"
    "ffffffff81000100 T ioctl\n"
    "ffffffff81000200 T perf_ioctl\n"
    "ffffffff81000300 T leaf\n"
    "ffffffff81000400 D data\n"
    "ffffffffc0000000 t run\t[kvm]\n";

constexpr uint64_t kEntry = 0xffffffff81000000;
constexpr uint64_t kIoctl = 0xffffffff81000100;
constexpr uint64_t kPerfIoctl = 0xffffffff81000200;
constexpr uint64_t kLeaf = 0xffffffff81000300;
constexpr uint64_t kNowhere = 0xffffffff90000000;
constexpr uint64_t kRun = 0xffffffffc0000000;

const SymbolTable& Symbols() {
  static const SymbolTable* const table =
      new SymbolTable(SymbolTable::Parse(kSymbols).value());
  return *table;
}

// "entry 0(ioctl 1(leaf 2))", children in the order of their names.
std::string Tree(const Profile& p, const std::vector<uint32_t>& nodes) {
  std::vector<std::string> words;
  for (const uint32_t i : nodes) {
    const ProfileNode& node = p.nodes[i];
    const std::string below = Tree(p, node.children);
    words.push_back(absl::StrCat(p.functions[node.function].name, " ",
                                 node.self,
                                 below.empty() ? "" : "(" + below + ")"));
  }
  std::sort(words.begin(), words.end());
  std::string all;
  for (const std::string& word : words) {
    absl::StrAppend(&all, all.empty() ? "" : " ", word);
  }
  return all;
}

std::string Tree(const Profile& p, size_t of = 0) {
  return Tree(p, p.cases[of].legs[0].roots);
}

TEST(SampleTree, CallersAreAboveWhatTheyCall) {
  SampleTree tree(Symbols());
  tree.AddKernel({kLeaf + 4, kRun + 9, kEntry + 5});
  tree.AddKernel({kLeaf + 8, kRun + 30, kEntry + 5});
  tree.AddKernel({kRun + 2, kEntry + 5});
  tree.AddUser();
  tree.AddGuest();
  tree.AddGuest();
  EXPECT_EQ(tree.samples(), 6u);
  EXPECT_EQ(tree.attributed(), 6u);
  const Profile p = tree.Build({.name = "pio/out"});
  EXPECT_EQ(Tree(p), "[exitbench] 1 [guest] 2 entry 0(run 1(leaf 2))");
  EXPECT_EQ(p.cases[0].name, "pio/out");
  EXPECT_EQ(p.cases[0].legs[0].leg, Leg::kWhole);
}

// The address to return to may belong to the next function.
TEST(SampleTree, ACallerIsTheFunctionOfItsCall) {
  SampleTree tree(Symbols());
  tree.AddKernel({kLeaf, kIoctl, kEntry + 5});
  EXPECT_EQ(Tree(tree.Build({})), "entry 0(entry 0(leaf 1))");
}

TEST(SampleTree, WhatSwitchesSamplingIsNoPartOfTheCase) {
  SampleTree tree(Symbols());
  tree.AddKernel({kLeaf, kPerfIoctl + 9, kEntry + 5});
  tree.AddKernel({kPerfIoctl + 2, kEntry + 5});
  tree.AddKernel({kIoctl + 2, kEntry + 5});
  EXPECT_EQ(tree.samples(), 1u);
  EXPECT_EQ(Tree(tree.Build({})), "entry 0(ioctl 1)");
}

TEST(SampleTree, CodeWithoutASymbolIsNotAttributed) {
  SampleTree tree(Symbols());
  tree.AddKernel({kNowhere});
  tree.AddKernel({kLeaf});
  EXPECT_EQ(tree.samples(), 2u);
  EXPECT_EQ(tree.attributed(), 1u);
  EXPECT_EQ(Tree(tree.Build({})), "[unknown] 1 leaf 1");
}

// As many paths as a random walk makes: functions keep all of their samples.
TEST(SampleTree, RarePathsLoseTheirCallersAndNoSample) {
  SampleTree tree(Symbols());
  constexpr uint32_t kPaths = 4000;
  const uint64_t functions[] = {kIoctl + 2, kRun + 2};
  for (uint32_t path = 0; path < kPaths; ++path) {
    std::vector<uint64_t> chain = {kLeaf + 1};
    for (int bit = 0; bit < 12; ++bit) {
      chain.push_back(functions[path >> bit & 1]);
    }
    tree.AddKernel(chain);
  }
  const Profile p = tree.Build({});
  EXPECT_LE(p.nodes.size(), kMaxSampleNodes + 3);
  double leaf = 0, all = 0;
  for (const ProfileNode& node : p.nodes) {
    all += node.self;
    if (p.functions[node.function].name == "leaf") leaf += node.self;
  }
  EXPECT_EQ(leaf, kPaths);
  EXPECT_EQ(all, kPaths);
}

TEST(AddCases, KeepsTreesAndSharesFunctions) {
  SampleTree a(Symbols()), b(Symbols());
  a.AddKernel({kLeaf, kRun + 9});
  b.AddUser();
  b.AddKernel({kLeaf, kRun + 9, kEntry + 5});
  Profile all;
  all.host.source = ProfileSource::kClock;
  AddCases(a.Build({.name = "a"}), all);
  AddCases(b.Build({.name = "b"}), all);
  EXPECT_EQ(Tree(all, 0), "run 0(leaf 1)");
  EXPECT_EQ(Tree(all, 1), "[exitbench] 1 entry 0(run 0(leaf 1))");
  EXPECT_EQ(all.functions.size(), 4u);
  const absl::StatusOr<Profile> read = ParseProfile(SerializeProfile(all));
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, all);
}

}  // namespace
}  // namespace exitbench
