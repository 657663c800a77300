// A call tree that is being built.
#ifndef EXITBENCH_PROFILE_WALK_CALL_TREE_H_
#define EXITBENCH_PROFILE_WALK_CALL_TREE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "profile/model/profile.h"
#include "profile/symbols/symbols.h"

namespace exitbench {

inline constexpr size_t kInstructionKinds =
    static_cast<size_t>(InstructionKind::kHvc) + 1;

class CallTree {
 public:
  // Above all roots.
  static constexpr uint32_t kTop = 0;

  struct Node {
    FunctionId function = 0;
    double self = 0;
    double calls = 0;
    std::array<uint32_t, kInstructionKinds> kinds = {};
    std::vector<uint32_t> children;
  };

  CallTree() : nodes_(1) {}

  // Returns the child of `parent` for a function. Makes it if there is none.
  uint32_t Child(uint32_t parent, FunctionId function);

  // Adds an executed instruction, a word of a trace, to a node. On arm64 the
  // word does not say that it enters a guest.
  void Add(uint32_t node, uint64_t word, bool enters_guest = false);

  uint32_t size() const { return static_cast<uint32_t>(nodes_.size()); }
  Node& operator[](uint32_t node) { return nodes_[node]; }
  const Node& operator[](uint32_t node) const { return nodes_[node]; }

 private:
  std::vector<Node> nodes_;  // Children stand after their parents.
};

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WALK_CALL_TREE_H_
