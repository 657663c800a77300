// The difference of two profiles that were sampled: of functions' shares of the
// samples, not of counts.
#ifndef EXITBENCH_PROFILE_COMPARE_SHARE_DIFF_H_
#define EXITBENCH_PROFILE_COMPARE_SHARE_DIFF_H_

#include <cstddef>
#include <string>
#include <vector>

#include "profile/model/profile.h"

namespace exitbench {

// A function of either side, by its samples. Functions are the same if name and
// module are.
struct ShareChange {
  std::string name;
  std::string module;
  double old_self = 0, new_self = 0;
  double old_inclusive = 0, new_inclusive = 0;
  // By FindChangedShares().
  bool self_changed = false;
  bool inclusive_changed = false;
};

struct ShareDiff {
  std::string case_name;
  double old_samples = 0, new_samples = 0;
  // How far shares of one case lie apart besides what chance does in sampling:
  // the standard deviation of the logarithm of their ratio, its upper 95%
  // bound.
  double spread = 0;
  // Of functions with enough samples. Others can't be found to have changed.
  size_t tests = 0;
  std::vector<ShareChange> functions;  // In order of names.
};

// A function is tested if both sides together have so many samples of it.
inline constexpr double kLeastTested = 10;
// The spread is that of functions with so many samples on each side. A case
// with fewer than kLeastFunctions of them is not tested.
inline constexpr double kLeastForSpread = 50;
inline constexpr size_t kLeastFunctions = 5;
// The probability that anything is listed though nothing changed, of all cases.
inline constexpr double kShareAlpha = .05;

// Counts the functions of one case on two sides, neither refused. All thunks
// are one function. No function is marked as changed.
ShareDiff CompareShares(const Profile& old_profile, const CaseProfile& old_case,
                        const Profile& new_profile,
                        const CaseProfile& new_case);

// Marks the functions of all cases of two sides whose shares changed. The
// ratio must be more than chance and the spread of its case give, each at
// kShareAlpha over the tests of all cases (Bonferroni). Pointers must be valid.
void FindChangedShares(const std::vector<ShareDiff*>& cases);

// Returns the functions that changed with all that they call, or by themselves,
// the largest difference of shares first. With what they call, those that have
// most of the samples on both sides are left out: they pass on the rest.
std::vector<const ShareChange*> ChangedInclusive(const ShareDiff& diff);
std::vector<const ShareChange*> ChangedSelf(const ShareDiff& diff);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_COMPARE_SHARE_DIFF_H_
