#include "cli/files/diff.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/diff_profiles.h"
#include "profile/compare/diff_functions.h"
#include "profile/compare/diff_functions_report.h"
#include "results/compare/baseline.h"
#include "results/compare/diff.h"
#include "results/compare/load.h"
#include "results/compare/steps.h"
#include "results/report/diff_report.h"
#include "results/report/steps_report.h"
#include "results/sides/configurations.h"
#include "results/sides/merge.h"
#include "results/text/json_writer.h"
#include "results/text/name_filter.h"

ABSL_FLAG(std::string, threshold, "2%",
          "diff: the least change that matters, for example 1% or 0.01");
ABSL_FLAG(double, alpha, .05,
          "diff: accepted chance of any false alarm in the whole diff");
ABSL_FLAG(bool, strict, false,
          "diff: exit with 4 if any change is unsure or lost");
ABSL_FLAG(bool, force, false, "diff: compare unlike hosts too");
ABSL_FLAG(bool, changed, false, "diff: show only what changed");
ABSL_FLAG(std::string, baseline, "",
          "diff: the side that all others are compared with; one of the sides, "
          "or another file");
ABSL_FLAG(bool, history, false,
          "diff: compare three or more sides in their order, also if they "
          "differ in one setting of one kernel only");
ABSL_FLAG(std::string, calibration, "",
          "diff: file of `exitbench calibrate`, with each case's variance from "
          "boot to boot");
ABSL_FLAG(bool, functions, false,
          "diff: also say in which functions the changes are, by the profiles "
          "beside the files: x.profile.pb for x.pb");

namespace exitbench {
namespace {

// Still has a normal quantile when divided by the number of tests.
constexpr double kLeastAlpha = 1e-9;

constexpr int kExitWorse = 1;
constexpr int kExitRefused = 3;
constexpr int kExitUnderpowered = 4;

struct Request {
  DiffOptions options;
  ReportOptions report;
  bool json = false;
  bool strict = false;
  std::string baseline;  // A side; empty if the user names none.
  bool history = false;
  bool functions = false;
};

absl::StatusOr<Request> ParseRequest() {
  Request request;
  EB_ASSIGN_OR_RETURN(request.options.threshold,
                      ParsePart("threshold", absl::GetFlag(FLAGS_threshold)));
  const double alpha = absl::GetFlag(FLAGS_alpha);
  if (!(alpha >= kLeastAlpha && alpha < 1)) {
    return absl::InvalidArgumentError(absl::StrCat("--alpha=", alpha,
                                                   ": is a probability from ",
                                                   kLeastAlpha, " to below 1"));
  }
  request.options.alpha = alpha;
  request.options.force = absl::GetFlag(FLAGS_force);
  request.strict = absl::GetFlag(FLAGS_strict);
  request.report.changed_only = absl::GetFlag(FLAGS_changed);
  request.baseline = absl::GetFlag(FLAGS_baseline);
  request.history = absl::GetFlag(FLAGS_history);
  request.functions = absl::GetFlag(FLAGS_functions);
  if (request.history && !request.baseline.empty()) {
    return absl::InvalidArgumentError(
        "--baseline and --history exclude each other");
  }
  request.report.columns = TextColumns(STDOUT_FILENO);
  EB_ASSIGN_OR_RETURN(request.report.colour, ColorFlag(STDOUT_FILENO));
  EB_ASSIGN_OR_RETURN(const Format format, FormatFlag());
  if (format == Format::kTextproto) {
    return absl::InvalidArgumentError(
        "--format=textproto: diff prints text or json");
  }
  request.json = format == Format::kJson;
  return request;
}

// Bad files are a usage error. Files that can't be compared are refused.
int FailToLoad(const absl::Status& status) {
  const bool refused =
      absl::IsFailedPrecondition(status) || absl::IsUnimplemented(status);
  return Fail(status, refused ? kExitRefused : kExitUsage);
}

int Refuse(const Side& baseline, const Side& candidate,
           const std::vector<Difference>& differences) {
  bool forceable = true;
  if (!differences.empty() && differences.front().what == "architecture") {
    return Fail(absl::FailedPreconditionError(absl::StrCat(
                    "refused: ", baseline.label, " is of ",
                    differences.front().baseline, " and ", candidate.label,
                    " of ", differences.front().candidate,
                    ": cases of two architectures are never the same")),
                kExitRefused);
  }
  std::string text;
  for (const Difference& d : differences) {
    if (d.action != Action::kRefuse &&
        d.action != Action::kRefuseUnlessForced) {
      continue;
    }
    if (d.action == Action::kRefuse) forceable = false;
    absl::StrAppend(&text, text.empty() ? "" : "; ", FormatDifference(d, 160));
  }
  return Fail(absl::FailedPreconditionError(absl::StrCat(
                  "refused, ", baseline.label, " and ", candidate.label,
                  " are not comparable: ", text,
                  forceable ? " (--force compares all the same)" : "")),
              kExitRefused);
}

// `counts` is a DiffCounts or Steps.
template <typename Counts>
int ExitCode(const Counts& counts, bool strict) {
  if (counts.worse + counts.newly_failing > 0) return kExitWorse;
  if (strict && counts.unsure + counts.lost + counts.lost_metrics > 0) {
    return kExitUnderpowered;
  }
  return kExitOk;
}

// Keeps in `sides` the cases that `filter` selects.
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

bool AreOneFile(const std::string& a, const std::string& b) {
  struct stat x, y;
  return a == b || (stat(a.c_str(), &x) == 0 && stat(b.c_str(), &y) == 0 &&
                    x.st_dev == y.st_dev && x.st_ino == y.st_ino);
}

// Warns if something was measured once and is in both sides.
void WarnOfSameRuns(const std::vector<std::string>& names, const Side& baseline,
                    const Side& candidate) {
  std::string what;
  std::set<std::string> known;
  for (const Session& s : baseline.sessions) known.insert(SessionId(s));
  for (const Session& s : candidate.sessions) {
    if (known.count(SessionId(s)) == 0) continue;
    what = absl::StrCat("both have the session of ", s.started_utc);
    break;
  }
  if (AreOneFile(names[0], names[1])) what = "are one file";
  if (what.empty()) return;
  PrintError(absl::UnknownError(
      names[0] == names[1]
          ? absl::StrCat("warning: both sides are ", names[0])
          : absl::StrCat("warning: ", names[0], " and ", names[1], " ", what)));
}

// Prints what `to_json` or `to_text` makes of `compared`, a Diff or Steps of
// `sides`, and the functions behind it if they are wanted. Returns `code`, or
// that of a profile that can't be read.
template <typename Compared>
int PrintCompared(const Compared& compared, const std::vector<Side>& sides,
                  const Request& request, int code,
                  std::string to_json(const Compared&, const MoreJson&),
                  std::string to_text(const Compared&, const ReportOptions&)) {
  DiffFunctions functions;
  if (request.functions) {
    const absl::StatusOr<std::vector<SideProfiles>> profiles =
        ReadProfilesBeside(sides);
    if (!profiles.ok()) return Fail(profiles.status(), kExitUsage);
    functions = CompareFunctionsOf(ChangedMetrics(compared), *profiles);
    CompareSharesOf(ComparedCases(compared), *profiles, functions);
  }
  if (request.json) {
    return PrintResult(to_json(compared,
                               [&](JsonWriter& json) {
                                 if (request.functions) {
                                   WriteDiffFunctions(functions, json);
                                 }
                               }),
                       code);
  }
  return PrintResult(
      absl::StrCat(to_text(compared, request.report),
                   DiffFunctionsToText(functions, request.report.colour,
                                       request.report.columns)),
      code);
}

int DiffTwo(const std::vector<std::string>& names,
            const std::vector<Side>& sides, const Request& request) {
  const Side& baseline = sides[0];
  const Side& candidate = sides[1];
  const Diff diff = CompareSides(baseline, candidate, request.options);
  if (diff.refused) {
    if (request.json) PrintResult(DiffToJson(diff), kExitRefused);
    return Refuse(baseline, candidate, diff.differences);
  }
  bool comparable = diff.cases.empty();
  for (const CaseDiff& c : diff.cases) {
    comparable = comparable || c.change != CaseChange::kOtherPayload;
  }
  const int code =
      PrintCompared(diff, sides, request, ExitCode(diff.counts, request.strict),
                    DiffToJson, DiffToText);
  if (!comparable) {
    return Fail(absl::FailedPreconditionError(
                    "refused: every case is another payload; measure both "
                    "sides with one version of exitbench"),
                kExitRefused);
  }
  WarnOfSameRuns(names, baseline, candidate);
  return code;
}

// Returns the sides with the baseline first, if there is one.
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

Steps CompareMany(std::vector<Side>& sides, const Request& request) {
  if (!request.baseline.empty()) {
    return CompareWithFirst(sides, request.options);
  }
  const Sweep sweep = request.history ? Sweep() : FindSweep(sides);
  if (!sweep.is_sweep) {
    return FindSteps(sides, request.options, request.strict);
  }
  MoveToFront(sweep.baseline, sides);
  Steps steps = CompareWithFirst(sides, request.options);
  steps.why_against_first = sweep.why;
  return steps;
}

int DiffMany(std::vector<Side>& sides, const Request& request) {
  const Steps steps = CompareMany(sides, request);
  if (steps.refused) {
    if (request.json) PrintResult(StepsToJson(steps), kExitRefused);
    for (size_t i = 1; i < sides.size(); ++i) {
      const std::vector<Difference>& differences = steps.differences[i];
      if (!differences.empty() &&
          (differences.front().action == Action::kRefuse ||
           (!request.options.force &&
            differences.front().action == Action::kRefuseUnlessForced))) {
        return Refuse(sides[0], sides[i], differences);
      }
    }
  }
  return PrintCompared(steps, sides, request, ExitCode(steps, request.strict),
                       StepsToJson, StepsToText);
}

}  // namespace

int DiffCommand(const std::vector<std::string>& args) {
  absl::StatusOr<Request> request = ParseRequest();
  if (!request.ok()) return Fail(request.status(), kExitUsage);
  const std::vector<std::string> names =
      WithBaselineFirst(args, request->baseline);
  if (names.size() < 2) {
    return Fail(absl::InvalidArgumentError(
                    "diff wants two sides or more: exitbench diff OLD NEW"),
                kExitUsage);
  }
  std::optional<BootVariation> variation;
  if (const std::string path = absl::GetFlag(FLAGS_calibration);
      !path.empty()) {
    absl::StatusOr<BootVariation> loaded = LoadBootVariation(path);
    if (!loaded.ok()) return Fail(loaded.status(), kExitUsage);
    variation = *std::move(loaded);
    request->options.boot_variation = &*variation;
  }
  absl::StatusOr<std::vector<Side>> loaded = LoadSides(names);
  if (!loaded.ok()) return FailToLoad(loaded.status());
  std::vector<Side>& sides = *loaded;
  NameAcrossConfigurations(sides);
  if (absl::Status s = KeepCases(absl::GetFlag(FLAGS_cases), sides); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  for (const Side& side : sides) {
    if (!variation.has_value()) break;
    if (absl::Status fits = CheckBootVariation(*variation, side); !fits.ok()) {
      return Fail(absl::FailedPreconditionError(
                      absl::StrCat(side.label, ": ", fits.message())),
                  kExitRefused);
    }
  }
  return sides.size() == 2 ? DiffTwo(names, sides, *request)
                           : DiffMany(sides, *request);
}

}  // namespace exitbench
