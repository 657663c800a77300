#include "profile/walk/node_store.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/hash/hash.h"

namespace exitbench {

size_t NodeStore::Hash::operator()(uint32_t index) const {
  const ProfileNode& node = store->nodes_[index];
  return absl::HashOf(node.function, node.self, node.calls, node.kinds,
                      node.children);
}

bool NodeStore::Equal::operator()(uint32_t a, uint32_t b) const {
  return store->nodes_[a] == store->nodes_[b];
}

NodeStore::NodeStore() : indices_(0, Hash{this}, Equal{this}) {}

uint32_t NodeStore::Intern(ProfileNode node) {
  const uint32_t index = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back(std::move(node));
  const auto [known, added] = indices_.insert(index);
  if (!added) nodes_.pop_back();
  return *known;
}

std::vector<uint32_t> NodeStore::Intern(const CallTree& tree, double events) {
  // Children stand after their parents, so they are stored before them.
  std::vector<uint32_t> stored(tree.size());
  for (uint32_t i = tree.size(); i-- > 0;) {
    const CallTree::Node& from = tree[i];
    ProfileNode node = {.function = from.function,
                        .self = from.self / events,
                        .calls = from.calls / events};
    for (size_t kind = 0; kind < kInstructionKinds; ++kind) {
      const double count = std::round(from.kinds[kind] / events);
      if (count == 0) continue;
      node.kinds.emplace_back(static_cast<InstructionKind>(kind),
                              static_cast<uint32_t>(count));
    }
    for (const uint32_t child : from.children) {
      node.children.push_back(stored[child]);
    }
    std::sort(node.children.begin(), node.children.end(),
              [this](uint32_t a, uint32_t b) {
                return nodes_[a].function < nodes_[b].function;
              });
    if (i == CallTree::kTop) return node.children;
    stored[i] = Intern(std::move(node));
  }
  return {};
}

void NodeStore::AddTo(uint32_t index, uint32_t parent, CallTree& tree) const {
  const ProfileNode& from = nodes_[index];
  const uint32_t to = tree.Child(parent, from.function);
  tree[to].self += from.self;
  tree[to].calls += from.calls;
  for (const auto& [kind, count] : from.kinds) {
    tree[to].kinds[static_cast<size_t>(kind)] += count;
  }
  // As deep as the walker's stack.
  for (const uint32_t child : from.children) AddTo(child, to, tree);
}

void NodeStore::AddTo(const std::vector<uint32_t>& roots,
                      CallTree& tree) const {
  for (const uint32_t root : roots) AddTo(root, CallTree::kTop, tree);
}

}  // namespace exitbench
