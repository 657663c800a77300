// The functions behind what `diff` found: of each metric that changed, the
// profiles of the two sides compared. Where hosts were sampled, all cases that
// both sides have are compared: a function shows what a total does not.
#ifndef EXITBENCH_PROFILE_COMPARE_DIFF_FUNCTIONS_H_
#define EXITBENCH_PROFILE_COMPARE_DIFF_FUNCTIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "profile/compare/function_diff.h"
#include "profile/compare/share_diff.h"
#include "profile/model/profile.h"
#include "results/compare/diff.h"
#include "results/compare/steps.h"
#include "results/sides/side.h"

namespace exitbench {

// A profile, or what is wrong with the file that should be one.
struct SideProfile {
  std::string path;
  Profile profile;
  std::string problem;  // Empty if there is a profile.
};

// The profiles that lie beside the results files of one side.
struct SideProfiles {
  std::string kernel_release;  // Of the results.
  std::vector<SideProfile> profiles;
};

// Gives the cases in a side's profiles the names by which the side is compared,
// which are others if the sides' VMs were configured otherwise.
void NameAsCompared(const Side& side, SideProfiles& profiles);

// A metric that changed from one side to another, both indices of sides.
struct ChangedMetric {
  std::string case_name;
  std::string metric;
  size_t from = 0, to = 0;
  double old_value = 0, new_value = 0;  // The centres.
};

// Returns what got better or worse.
std::vector<ChangedMetric> ChangedMetrics(const Diff& diff);
std::vector<ChangedMetric> ChangedMetrics(const Steps& steps);

// A case that two sides have, whatever became of its metrics.
struct ComparedCase {
  std::string case_name;
  size_t from = 0, to = 0;  // Sides.
};

// Returns the cases that were compared. Of steps each side is compared with the
// last one before it that has the case, or with the first if they all are.
std::vector<ComparedCase> ComparedCases(const Diff& diff);
std::vector<ComparedCase> ComparedCases(const Steps& steps);

struct FunctionsOfChange {
  size_t from = 0, to = 0;  // Sides.
  FunctionDiff diff;
};

struct SharesOfCase {
  size_t from = 0, to = 0;  // Sides.
  ShareDiff diff;
};

struct DiffFunctions {
  size_t sides = 2;
  std::vector<FunctionsOfChange> changes;
  std::vector<SharesOfCase> shares;  // Of all that were compared.
  // Why there is no comparison of functions: a sentence each, every one once.
  std::vector<std::string> notes;
  // What is to be known of the comparisons that there are: a sentence each,
  // every one once.
  std::vector<std::string> warnings;
};

// A metric's centre is the median of interquartile means, a profile's figure
// may be that of medians. They are taken for one if they differ by at most this
// part.
inline constexpr double kFigureTolerance = .005;

// Compares the functions of each of `changed` that is the metric which the
// profiles explain. A profile of another kernel than that of the results, or
// whose figure is not theirs, is refused by name in the notes. Warns where only
// one of two profiles tells inlined functions apart.
DiffFunctions CompareFunctionsOf(const std::vector<ChangedMetric>& changed,
                                 const std::vector<SideProfiles>& sides);

// Compares the shares of the functions of each of `compared` that both sides
// sampled, and adds them to `functions`. A profile made in another way than
// that of the other side is refused by name.
void CompareSharesOf(const std::vector<ComparedCase>& compared,
                     const std::vector<SideProfiles>& sides,
                     DiffFunctions& functions);

// Returns where the profile of a results file is: x.profile.pb for x.pb.
std::string ProfileBeside(absl::string_view results_path);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_COMPARE_DIFF_FUNCTIONS_H_
