// Visits each path of calls of a case.
#ifndef EXITBENCH_PROFILE_EXPORT_PATHS_H_
#define EXITBENCH_PROFILE_EXPORT_PATHS_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "absl/functional/function_ref.h"
#include "profile/model/profile.h"

namespace exitbench {

// Makes whole numbers of counts. The sum of those returned is the rounded sum
// of those given.
class WholeCounts {
 public:
  int64_t Next(double count) {
    // A file may have any count.
    sum_ = std::min(sum_ + count, 9e15);
    const int64_t whole = std::llround(sum_) - given_;
    given_ += whole;
    return whole;
  }

 private:
  double sum_ = 0;
  int64_t given_ = 0;
};

// Calls `visit` for each node below `roots`, as if none were shared, with the
// nodes above it and it: root first.
inline void VisitPaths(
    const Profile& profile, const std::vector<uint32_t>& siblings,
    std::vector<uint32_t>& path,
    absl::FunctionRef<void(const std::vector<uint32_t>& path)> visit) {
  for (const uint32_t index : siblings) {
    path.push_back(index);
    visit(path);
    // A path is as deep as ParseProfile() lets it be.
    VisitPaths(profile, profile.nodes[index].children, path, visit);
    path.pop_back();
  }
}

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_EXPORT_PATHS_H_
