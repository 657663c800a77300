#include "profile/file/tree_size.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "absl/strings/str_cat.h"
#include "profile/file/profile_bytes.h"

namespace exitbench {
namespace {

struct TreeSize {
  uint32_t depth = 1;
  uint64_t nodes = 1;
};

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(what);
}

}  // namespace

absl::Status CheckTrees(const Profile& profile) {
  std::vector<TreeSize> sizes;
  sizes.reserve(profile.nodes.size());
  for (const ProfileNode& node : profile.nodes) {
    TreeSize size;
    for (const uint32_t child : node.children) {
      if (child >= sizes.size()) {
        return Wrong("a node does not stand after its children");
      }
      size.depth = std::max(size.depth, sizes[child].depth + 1);
      // Every summand is at most the bound, so this can't overflow.
      size.nodes =
          std::min(size.nodes + sizes[child].nodes, kMaxProfileNodes + 1);
    }
    if (size.depth > kMaxProfileDepth) {
      return Wrong(
          absl::StrCat("a path of more than ", kMaxProfileDepth, " functions"));
    }
    sizes.push_back(size);
  }
  uint64_t all = 0;
  for (const CaseProfile& one : profile.cases) {
    for (const LegProfile& leg : one.legs) {
      uint64_t nodes = 0;
      for (const uint32_t root : leg.roots) {
        if (root >= sizes.size()) return Wrong("a leg names no node");
        nodes = std::min(nodes + sizes[root].nodes, kMaxProfileNodes + 1);
      }
      if (nodes > kMaxLegNodes || (all += nodes) > kMaxProfileNodes) {
        return Wrong("its call trees are too large");
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace exitbench
