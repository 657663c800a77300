// Nodes of call trees, each stored once: trees that are alike have the same
// root.
#ifndef EXITBENCH_PROFILE_WALK_NODE_STORE_H_
#define EXITBENCH_PROFILE_WALK_NODE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "profile/model/profile.h"
#include "profile/walk/call_tree.h"

namespace exitbench {

class NodeStore {
 public:
  NodeStore();
  // The set of nodes refers to the object.
  NodeStore(const NodeStore&) = delete;
  NodeStore& operator=(const NodeStore&) = delete;

  // Returns the index of a node whose children are in the store.
  uint32_t Intern(ProfileNode node);

  // Stores the trees of `tree` with all numbers divided by `events`. Returns
  // the indices of their roots, in ascending order of functions.
  std::vector<uint32_t> Intern(const CallTree& tree, double events);

  // Adds the trees below `roots` to those of `tree`.
  void AddTo(const std::vector<uint32_t>& roots, CallTree& tree) const;

  const std::vector<ProfileNode>& nodes() const { return nodes_; }

 private:
  struct Hash {
    const NodeStore* store;
    size_t operator()(uint32_t index) const;
  };
  struct Equal {
    const NodeStore* store;
    bool operator()(uint32_t a, uint32_t b) const;
  };

  void AddTo(uint32_t index, uint32_t parent, CallTree& tree) const;

  std::vector<ProfileNode> nodes_;
  absl::flat_hash_set<uint32_t, Hash, Equal> indices_;
};

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_WALK_NODE_STORE_H_
