// How sides are compared, for the commands that compare them.
#ifndef EXITBENCH_CLI_FILES_COMPARISON_H_
#define EXITBENCH_CLI_FILES_COMPARISON_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/boots/boot_variation.h"
#include "results/compare/diff.h"
#include "results/compare/metric_diff.h"
#include "results/compare/steps.h"
#include "results/sides/compatibility.h"
#include "results/sides/side.h"

namespace exitbench {

// Exit code where sides are not comparable.
inline constexpr int kExitRefused = 3;

// What the flags say.
struct Comparison {
  DiffOptions options;
  // What options.boot_variation points to, or null.
  std::shared_ptr<const BootVariation> calibration;
  std::string baseline;  // A side; empty if the user names none.
  bool history = false;
};

// Returns what --threshold, --alpha, --force, --calibration, --baseline and
// --history say. kInvalidArgument: a value is bad, or two exclude each other.
// Errors of a calibration file are those of LoadBootVariation().
absl::StatusOr<Comparison> ComparisonOfFlags();

// Returns whether two paths are of one file.
bool AreOneFile(const std::string& a, const std::string& b);

// kInvalidArgument: `out`, where a result is to go, is one of the files that
// are `read`. They are measurements, which nothing brings back.
absl::Status CheckIsNotRead(const std::string& out,
                            const std::vector<std::string>& read);

// Returns the sides with `baseline` first, if there is one.
std::vector<std::string> WithBaselineFirst(std::vector<std::string> sides,
                                           const std::string& baseline);

// Keeps in `sides` the cases that `filter` selects. Errors are those of
// FilterNames().
absl::Status KeepCases(absl::string_view filter, std::vector<Side>& sides);

// kFailedPrecondition: the calibration is not of the host of every side.
absl::Status CheckCalibration(const Comparison& comparison,
                              const std::vector<Side>& sides);

// Compares three or more sides: in their order, or each with the baseline. Of a
// sweep the baseline is moved to the front. `find_unsure` is as of FindSteps().
Steps CompareMany(std::vector<Side>& sides, const Comparison& comparison,
                  bool find_unsure);

// Says why two sides, which CompareSides() refused, are not comparable.
absl::Status RefusalOf(const Side& baseline, const Side& candidate,
                       const std::vector<Difference>& differences);
// The same of sides that CompareMany() refused: of the first that is unlike.
absl::Status RefusalOf(const std::vector<Side>& sides, const Steps& steps);

// Prints why sides could not be loaded, and returns the exit code: bad files
// are a usage error, files that can't be compared are refused.
int FailToCompare(const absl::Status& status);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_COMPARISON_H_
