// The difference of two profiles of one case, function by function.
#ifndef EXITBENCH_PROFILE_COMPARE_FUNCTION_DIFF_H_
#define EXITBENCH_PROFILE_COMPARE_FUNCTION_DIFF_H_

#include <string>
#include <vector>

#include "profile/model/profile.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"

namespace exitbench {

// A function of either side. Functions are the same if name and module are, so
// one that was renamed or is inlined now is gone, and another may be new.
struct FunctionChange {
  std::string name;
  std::string module;
  bool in_old = false;
  bool in_new = false;
  // Of the old and the new side.
  double old_self = 0, new_self = 0;
  double old_inclusive = 0, new_inclusive = 0;
  double old_calls = 0, new_calls = 0;
  // New less old.
  ByLeg self = {};
  ByLeg inclusive = {};

  double SelfDelta() const { return new_self - old_self; }
  double InclusiveDelta() const { return new_inclusive - old_inclusive; }
};

struct FunctionDiff {
  std::string case_name;
  std::string metric;
  double old_figure = 0, new_figure = 0;
  double old_uncounted = 0, new_uncounted = 0;
  // The legs of both sides. Empty if one side has legs that the other has not:
  // then no change by leg means anything.
  std::vector<LegProfile> legs;
  // All functions in which anything differs, in order of names.
  std::vector<FunctionChange> changes;
  ByKind old_kinds = {}, new_kinds = {};
  // The change of the figure, less that of all self counts, plus that of the
  // uncounted instructions. 0 unless a side is the mean of many events.
  double unexplained = 0;
};

// Compares the profiles of one case, of which neither is refused. All thunks
// are one function.
FunctionDiff CompareFunctions(const Profile& old_profile,
                              const CaseProfile& old_case,
                              const Profile& new_profile,
                              const CaseProfile& new_case);

// Returns the changes by what the functions and all that they call do, the
// largest first. What just passes on the change of one other function is left
// out: of functions whose own count is the same, and that change by the same
// number, only the innermost is there, and none if a function whose own count
// differs changes by that number.
std::vector<const FunctionChange*> ByInclusive(const FunctionDiff& diff);

// Returns the changes of functions' own counts, the largest first.
std::vector<const FunctionChange*> BySelf(const FunctionDiff& diff);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_COMPARE_FUNCTION_DIFF_H_
