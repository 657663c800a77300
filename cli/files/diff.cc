#include "cli/files/diff.h"

#include <unistd.h>

#include <set>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "cli/files/diff_profiles.h"
#include "profile/compare/diff_functions.h"
#include "profile/compare/diff_functions_report.h"
#include "results/compare/diff.h"
#include "results/compare/load.h"
#include "results/compare/steps.h"
#include "results/report/diff_report.h"
#include "results/report/steps_report.h"
#include "results/sides/configurations.h"
#include "results/sides/merge.h"
#include "results/text/json_writer.h"

ABSL_FLAG(bool, strict, false,
          "diff: exit with 4 if any change is unsure or lost");
ABSL_FLAG(bool, changed, false, "diff: show only what changed");
ABSL_FLAG(bool, functions, false,
          "diff: also say in which functions the changes are, by the profiles "
          "beside the files: x.profile.pb for x.pb");

namespace exitbench {
namespace {

constexpr int kExitWorse = 1;
constexpr int kExitUnderpowered = 4;

struct Request {
  Comparison comparison;
  ReportOptions report;
  bool json = false;
  bool strict = false;
  bool functions = false;
};

absl::StatusOr<Request> ParseRequest() {
  Request request;
  EB_ASSIGN_OR_RETURN(request.comparison, ComparisonOfFlags());
  request.strict = absl::GetFlag(FLAGS_strict);
  request.report.changed_only = absl::GetFlag(FLAGS_changed);
  request.functions = absl::GetFlag(FLAGS_functions);
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

int Refuse(const Side& baseline, const Side& candidate,
           const std::vector<Difference>& differences) {
  return Fail(RefusalOf(baseline, candidate, differences), kExitRefused);
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
  const Diff diff =
      CompareSides(baseline, candidate, request.comparison.options);
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

int DiffMany(std::vector<Side>& sides, const Request& request) {
  const Steps steps = CompareMany(sides, request.comparison, request.strict);
  if (steps.refused) {
    if (request.json) PrintResult(StepsToJson(steps), kExitRefused);
    return Fail(RefusalOf(sides, steps), kExitRefused);
  }
  return PrintCompared(steps, sides, request, ExitCode(steps, request.strict),
                       StepsToJson, StepsToText);
}

}  // namespace

int DiffCommand(const std::vector<std::string>& args) {
  absl::StatusOr<Request> request = ParseRequest();
  if (!request.ok()) return Fail(request.status(), kExitUsage);
  const std::vector<std::string> names =
      WithBaselineFirst(args, request->comparison.baseline);
  if (names.size() < 2) {
    return Fail(absl::InvalidArgumentError(
                    "diff wants two sides or more: exitbench diff OLD NEW"),
                kExitUsage);
  }
  absl::StatusOr<std::vector<Side>> loaded = LoadSides(names);
  if (!loaded.ok()) return FailToCompare(loaded.status());
  std::vector<Side>& sides = *loaded;
  NameAcrossConfigurations(sides);
  if (absl::Status s = KeepCases(absl::GetFlag(FLAGS_cases), sides); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  if (absl::Status s = CheckCalibration(request->comparison, sides); !s.ok()) {
    return Fail(s, kExitRefused);
  }
  return sides.size() == 2 ? DiffTwo(names, sides, *request)
                           : DiffMany(sides, *request);
}

}  // namespace exitbench
