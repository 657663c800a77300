#include "cli/files/comparison.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "results/compare/baseline.h"
#include "results/compare/load.h"
#include "results/report/diff_report.h"
#include "results/text/name_filter.h"

ABSL_FLAG(
    std::string, threshold, "2%",
    "diff, report: the least change that matters, for example 1% or 0.01");
ABSL_FLAG(double, alpha, .05,
          "diff, report: accepted chance of any false alarm among all changes");
ABSL_FLAG(bool, force, false, "diff, report: compare unlike hosts too");
ABSL_FLAG(std::string, baseline, "",
          "diff, report: the side that all others are compared with; one of "
          "the sides, or another file");
ABSL_FLAG(bool, history, false,
          "diff, report: compare three or more sides in their order, also if "
          "they differ in one setting of one kernel only");
ABSL_FLAG(std::string, calibration, "",
          "diff, report: file of `exitbench calibrate`, with each case's "
          "variance from boot to boot");

namespace exitbench {
namespace {

// Still has a normal quantile when divided by the number of tests.
constexpr double kLeastAlpha = 1e-9;

bool Refuses(const Difference& difference) {
  return difference.action == Action::kRefuse ||
         difference.action == Action::kRefuseUnlessForced;
}

}  // namespace

absl::StatusOr<Comparison> ComparisonOfFlags() {
  Comparison comparison;
  DiffOptions& options = comparison.options;
  EB_ASSIGN_OR_RETURN(options.threshold,
                      ParsePart("threshold", absl::GetFlag(FLAGS_threshold)));
  const double alpha = absl::GetFlag(FLAGS_alpha);
  if (!(alpha >= kLeastAlpha && alpha < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("--alpha=", alpha,
                                                   ": is a probability from ",
                                                   kLeastAlpha, " to below 1"));
  }
  options.alpha = alpha;
  options.force = absl::GetFlag(FLAGS_force);
  comparison.baseline = absl::GetFlag(FLAGS_baseline);
  comparison.history = absl::GetFlag(FLAGS_history);
  if (comparison.history && !comparison.baseline.empty()) {
    return absl::InvalidArgumentError(
        "--baseline and --history exclude each other");
  }
  if (const std::string path = absl::GetFlag(FLAGS_calibration);
      !path.empty()) {
    EB_ASSIGN_OR_RETURN(BootVariation loaded, LoadBootVariation(path));
    comparison.calibration =
        std::make_shared<const BootVariation>(std::move(loaded));
    options.boot_variation = comparison.calibration.get();
  }
  return comparison;
}

bool AreOneFile(const std::string& a, const std::string& b) {
  struct stat x, y;
  return a == b || (stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0 &&
                    x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

absl::Status CheckIsNotRead(const std::string& out,
                            const std::vector<std::string>& read) {
  if (out.empty() || out == "-") return absl::OkStatus();
  for (const std::string& path : read) {
    if (AreOneFile(out, path)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--out=", out, ": is a file that is read: give another one"));
    }
  }
  return absl::OkStatus();
}

std::vector<std::string> WithBaselineFirst(std::vector<std::string> sides,
                                           const std::string& baseline) {
  if (baseline.empty()) return sides;
  const auto at = std::find_if(sides.begin(), sides.end(),
                               [&baseline](const std::string& side) {
                                 return AreOneFile(side, baseline);
                               });
  if (at == sides.end()) {
    sides.insert(sides.begin(), baseline);
  } else {
    std::rotate(sides.begin(), at, at + 1);
  }
  return sides;
}

absl::Status KeepCases(absl::string_view filter, std::vector<Side>& sides) {
  std::vector<absl::string_view> names;
  for (const Side& side : sides) {
    for (const SideCase& c : side.cases) names.push_back(c.name);
  }
  EB_ASSIGN_OR_RETURN(const std::vector<bool> wanted,
                      FilterNames(names, filter));
  size_t at = 0;
  for (Side& side : sides) {
    std::vector<SideCase> kept;
    for (SideCase& c : side.cases) {
      if (wanted[at++]) kept.push_back(std::move(c));
    }
    side.cases = std::move(kept);
  }
  return absl::OkStatus();
}

absl::Status CheckCalibration(const Comparison& comparison,
                              const std::vector<Side>& sides) {
  if (comparison.calibration == nullptr) return absl::OkStatus();
  for (const Side& side : sides) {
    const absl::Status fits = CheckBootVariation(*comparison.calibration, side);
    if (!fits.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat(side.label, ": ", fits.message()));
    }
  }
  return absl::OkStatus();
}

Steps CompareMany(std::vector<Side>& sides, const Comparison& comparison,
                  bool find_unsure) {
  if (!comparison.baseline.empty()) {
    return CompareWithFirst(sides, comparison.options);
  }
  const Sweep sweep = comparison.history ? Sweep() : FindSweep(sides);
  if (!sweep.is_sweep) return FindSteps(sides, comparison.options, find_unsure);
  MoveToFront(sweep.baseline, sides);
  Steps steps = CompareWithFirst(sides, comparison.options);
  steps.why_against_first = sweep.why;
  return steps;
}

absl::Status RefusalOf(const Side& baseline, const Side& candidate,
                       const std::vector<Difference>& differences) {
  bool forceable = true;
  if (!differences.empty() && differences.front().what == "architecture") {
    return absl::FailedPreconditionError(absl::StrCat(
        "refused: ", baseline.label, " is of ", differences.front().baseline,
        " and ", candidate.label, " of ", differences.front().candidate,
        ": cases of two architectures are never the same"));
  }
  std::string text;
  for (const Difference& d : differences) {
    if (!Refuses(d)) continue;
    if (d.action == Action::kRefuse) forceable = false;
    absl::StrAppend(&text, text.empty() ? "" : "; ", FormatDifference(d, 160));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("refused, ", baseline.label, " and ", candidate.label,
                   " are not comparable: ", text,
                   forceable ? " (--force compares all the same)" : ""));
}

absl::Status RefusalOf(const std::vector<Side>& sides, const Steps& steps) {
  // Differences have the worst first. With --force only what can't be forced
  // is refused.
  for (const Action action : {Action::kRefuse, Action::kRefuseUnlessForced}) {
    for (size_t i = 1; i < sides.size(); ++i) {
      const std::vector<Difference>& differences = steps.differences[i];
      if (!differences.empty() && differences.front().action == action) {
        return RefusalOf(sides[0], sides[i], differences);
      }
    }
  }
  return absl::FailedPreconditionError("refused: the sides are unlike");
}

int FailToCompare(const absl::Status& status) {
  const bool refused =
      absl::IsFailedPrecondition(status) || absl::IsUnimplemented(status);
  return Fail(status, refused ? kExitRefused : kExitUsage);
}

}  // namespace exitbench
