// The size of trees that share nodes, as if nothing were shared.
#ifndef EXITBENCH_PROFILE_FILE_TREE_SIZE_H_
#define EXITBENCH_PROFILE_FILE_TREE_SIZE_H_

#include "absl/status/status.h"
#include "profile/model/profile.h"

namespace exitbench {

// Checks that each child and each root is in range, that a child stands before
// its parents, and that trees keep to the bounds of profile_bytes.h.
// kInvalidArgument says what is wrong.
absl::Status CheckTrees(const Profile& profile);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_FILE_TREE_SIZE_H_
