#include "profile/sample/sample_tree.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

#include "hosts/trace_format.h"

namespace exitbench {
namespace {

const Symbol& Find(const SymbolTable& symbols, uint64_t address) {
  return symbols.Find(address & EB_TRACE_ADDRESS_MASK);
}

// Returns the index of `value` in `list`, which gets it if it has none.
template <typename Value>
uint32_t IndexIn(std::vector<Value>& list, const Value& value) {
  const auto found = std::find(list.begin(), list.end(), value);
  const auto index = found - list.begin();
  if (found == list.end()) list.push_back(value);
  return static_cast<uint32_t>(index);
}

}  // namespace

SampleTree::SampleTree(const SymbolTable& symbols)
    : symbols_(symbols), nodes_(1) {
  for (const SymbolFunction& f : symbols.functions()) {
    switches_sampling_.push_back(f.name == "perf_ioctl");
  }
}

uint32_t SampleTree::Child(uint32_t parent, FunctionId function) {
  const auto [at, added] = children_.emplace(
      std::pair(parent, function), static_cast<uint32_t>(nodes_.size()));
  if (added) nodes_.push_back({.function = function, .parent = parent});
  return at->second;
}

void SampleTree::AddTo(uint32_t parent, FunctionId function) {
  ++samples_;
  if (symbols_.functions()[function].name !=
      symbols_.functions()[SymbolTable::kUnknownKernel].name) {
    ++attributed_;
  }
  nodes_[Child(parent, function)].self += 1;
}

void SampleTree::AddKernel(absl::Span<const uint64_t> chain) {
  std::vector<FunctionId> functions;  // The callee first.
  for (size_t i = 0; i < chain.size(); ++i) {
    // A caller goes on behind its call, which may be its last instruction.
    functions.push_back(
        Find(symbols_, i == 0 ? chain[i] : chain[i] - 1).function);
    if (switches_sampling_[functions.back()]) return;
  }
  uint32_t parent = kTop;
  for (size_t i = functions.size(); i-- > 1;) {
    parent = Child(parent, functions[i]);
  }
  AddTo(parent, functions[0]);
}

std::vector<SampleTree::Node> SampleTree::Pruned() const {
  std::vector<double> inclusive(nodes_.size());
  for (size_t i = nodes_.size(); i-- > 1;) {
    inclusive[i] += nodes_[i].self;
    inclusive[nodes_[i].parent] += inclusive[i];
  }
  // The fewest samples of a path that is kept.
  double least = 1;
  auto kept = [&] {
    return std::count_if(inclusive.begin(), inclusive.end(),
                         [&](double samples) { return samples >= least; });
  };
  while (kept() > static_cast<ptrdiff_t>(kMaxSampleNodes)) least *= 2;
  std::vector<Node> nodes(1);
  std::vector<uint32_t> moved(nodes_.size());
  std::map<FunctionId, uint32_t> roots;
  for (size_t i = 1; i < nodes_.size(); ++i) {
    const Node& node = nodes_[i];
    const bool rare = inclusive[i] < least;
    if (rare && node.self == 0) continue;
    const uint32_t parent = rare ? kTop : moved[node.parent];
    const uint32_t next = static_cast<uint32_t>(nodes.size());
    if (parent == kTop) {
      const auto [at, added] = roots.emplace(node.function, next);
      moved[i] = at->second;
      if (!added) {
        nodes[at->second].self += node.self;
        continue;
      }
    }
    moved[i] = next;
    nodes.push_back(
        {.function = node.function, .parent = parent, .self = node.self});
  }
  return nodes;
}

Profile SampleTree::Build(CaseProfile one) const {
  Profile profile;
  const std::vector<Node> nodes = Pruned();
  // In the file children stand before their parents.
  const size_t count = nodes.size() - 1;
  profile.nodes.resize(count);
  LegProfile& leg = one.legs.emplace_back();
  leg.leg = Leg::kWhole;
  std::map<FunctionId, uint32_t> functions;
  for (size_t i = count; i > 0; --i) {
    const Node& node = nodes[i];
    const SymbolFunction& f = symbols_.functions()[node.function];
    const auto [at, added] = functions.emplace(
        node.function, static_cast<uint32_t>(profile.functions.size()));
    if (added) {
      profile.functions.push_back(
          {.name = f.name,
           .module = IndexIn(profile.modules, symbols_.modules()[f.module]),
           .thunk = f.thunk});
    }
    const uint32_t index = static_cast<uint32_t>(count - i);
    profile.nodes[index].function = at->second;
    profile.nodes[index].self = node.self;
    if (node.parent == kTop) {
      leg.roots.push_back(index);
    } else {
      profile.nodes[count - node.parent].children.push_back(index);
    }
  }
  profile.cases.push_back(std::move(one));
  return profile;
}

void AddCases(const Profile& from, Profile& to) {
  std::map<std::pair<uint32_t, std::string>, uint32_t> known;
  for (size_t i = 0; i < to.functions.size(); ++i) {
    known.emplace(std::pair(to.functions[i].module, to.functions[i].name),
                  static_cast<uint32_t>(i));
  }
  std::vector<uint32_t> function_of;
  for (ProfileFunction f : from.functions) {
    f.module = IndexIn(to.modules, from.modules[f.module]);
    const auto [at, added] =
        known.emplace(std::pair(f.module, f.name),
                      static_cast<uint32_t>(to.functions.size()));
    if (added) to.functions.push_back(f);
    function_of.push_back(at->second);
  }
  const uint32_t nodes = static_cast<uint32_t>(to.nodes.size());
  for (ProfileNode node : from.nodes) {
    node.function = function_of[node.function];
    for (uint32_t& child : node.children) child += nodes;
    to.nodes.push_back(std::move(node));
  }
  for (CaseProfile one : from.cases) {
    for (LegProfile& leg : one.legs) {
      for (uint32_t& root : leg.roots) root += nodes;
    }
    to.cases.push_back(std::move(one));
  }
}

}  // namespace exitbench
