// The functions of a profile: a call tree as a list.
#ifndef EXITBENCH_PROFILE_REPORT_FUNCTIONS_H_
#define EXITBENCH_PROFILE_REPORT_FUNCTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "profile/model/profile.h"
#include "profile/report/counts.h"

namespace exitbench {

// The name of what all thunks are folded into.
inline constexpr char kThunks[] = "[thunks]";

struct FunctionRow {
  std::string name;
  std::string module;  // Empty for kThunks.
  ByLeg self = {};
  // With all that it calls. What a function that calls itself does is counted
  // once.
  ByLeg inclusive = {};
  double calls = 0;   // 0: it was entered before the event.
  ByKind kinds = {};  // Of the function itself.
};

struct CaseFunctions {
  // By Sum(inclusive), then Sum(self), both falling, then name and module.
  std::vector<FunctionRow> rows;
  ByLeg self = {};  // Of all rows.
  ByKind kinds = {};
};

// Counts the functions of cases of one profile, whose indices must be valid (as
// those of ParseProfile() are). Functions of one name and module are one.
class FunctionCounter {
 public:
  // `profile` must outlive the counter. With `fold_thunks` all thunks are one
  // row.
  FunctionCounter(const Profile& profile, bool fold_thunks);

  CaseFunctions Count(const CaseProfile& one) const;

  // Returns what a node and all below it have.
  double Total(uint32_t node) const { return totals_[node]; }

  // Returns whether a node is folded.
  bool IsFolded(uint32_t node) const {
    return fold_thunks_ &&
           profile_.functions[profile_.nodes[node].function].thunk;
  }

 private:
  struct Walk;

  const Profile& profile_;
  const bool fold_thunks_;
  std::vector<FunctionRow> rows_;  // Without counts.
  std::vector<uint32_t> row_of_;   // By function.
  std::vector<double> totals_;     // By node.
};

// Trees share what is alike. Returns how many paths of calls the legs of all
// cases have when nothing is shared.
double CountPaths(const Profile& profile);

// What writes all paths should not be given more: a small file may stand for
// millions.
inline constexpr double kMostPaths = 2'000'000;

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_REPORT_FUNCTIONS_H_
