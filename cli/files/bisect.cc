#include "cli/files/bisect.h"

#include <unistd.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/diff_profiles.h"
#include "profile/compare/diff_functions.h"
#include "profile/compare/diff_functions_report.h"
#include "results/compare/bisect.h"
#include "results/compare/diff.h"
#include "results/compare/load.h"
#include "results/report/diff_report.h"
#include "results/sides/compatibility.h"
#include "results/sides/merge.h"
#include "results/sides/side.h"

ABSL_FLAG(std::string, case, "", "bisect: name of the case");
ABSL_FLAG(std::string, good, "", "bisect: results of a good kernel");
ABSL_FLAG(std::string, bad, "", "bisect: results of a bad kernel");
ABSL_FLAG(std::string, metric, "",
          "bisect: one of the case's metrics; default: the one that separates "
          "good from bad best");
ABSL_FLAG(std::string, dead_zone, "0.5%",
          "bisect: results nearer than this to the middle between good and bad "
          "are measured again, then inconclusive");

namespace exitbench {
namespace {

constexpr int kExitGood = 0;
constexpr int kExitBad = 1;
constexpr int kExitInconclusive = 125;

// Functions that an answer names.
constexpr size_t kNamedFunctions = 5;
// A profile may explain another metric than that of the border, which changed
// by less.
constexpr double kFunctionsThreshold = .001;

int Broken(const absl::Status& status) { return Fail(status, kExitBroken); }

absl::Status CheckLike(const Side& a, const Side& b) {
  for (const Difference& d : CompareHosts(a, b)) {
    if (d.action == Action::kRefuse ||
        d.action == Action::kRefuseUnlessForced) {
      return absl::FailedPreconditionError(
          absl::StrCat(a.label, " and ", b.label,
                       " are not comparable: ", FormatDifference(d, 160)));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPayload(const BisectBorder& border, const Side& now) {
  for (const SideCase& c : now.cases) {
    if (c.name == border.case_name && c.outcome == Outcome::kOk &&
        c.code_hash != border.code_hash) {
      return absl::FailedPreconditionError(
          absl::StrCat("case ", c.name,
                       " is another payload in the stored results than in "
                       "this exitbench: measure good and bad anew with it"));
    }
  }
  return absl::OkStatus();
}

Side WithOneCase(Side side, const std::string& case_name) {
  side.cases.erase(std::remove_if(side.cases.begin(), side.cases.end(),
                                  [&case_name](const SideCase& c) {
                                    return c.name != case_name;
                                  }),
                   side.cases.end());
  return side;
}

// Returns the functions in which bad differs from good, by the profiles beside
// their files; nothing if neither has one.
std::string FunctionsText(const Side& good, const Side& bad,
                          const std::string& case_name) {
  const absl::StatusOr<std::vector<SideProfiles>> profiles =
      ReadProfilesBeside({good, bad});
  if (!profiles.ok()) {
    return absl::StrCat("no functions: ", profiles.status().message(), "\n");
  }
  const bool any =
      std::any_of(profiles->begin(), profiles->end(), [](const auto& side) {
        return std::any_of(
            side.profiles.begin(), side.profiles.end(),
            [](const SideProfile& p) { return p.problem.empty(); });
      });
  if (!any) return "";
  DiffOptions options;
  options.threshold = kFunctionsThreshold;
  const Diff diff = CompareSides(WithOneCase(good, case_name),
                                 WithOneCase(bad, case_name), options);
  return LargestChangesToText(
      CompareFunctionsOf(ChangedMetrics(diff), *profiles), kNamedFunctions,
      TextColumns(STDOUT_FILENO));
}

}  // namespace

int BisectCommand(const std::vector<std::string>& args,
                  const MeasureFunction& measure) {
  const std::string case_name = absl::GetFlag(FLAGS_case);
  if (!args.empty() || case_name.empty() || absl::GetFlag(FLAGS_good).empty() ||
      absl::GetFlag(FLAGS_bad).empty()) {
    return Broken(absl::InvalidArgumentError(
        "bisect wants a case and results of a good and a bad kernel: exitbench "
        "bisect --case=NAME --good=FILE --bad=FILE"));
  }
  const absl::StatusOr<double> dead_zone =
      ParsePart("dead_zone", absl::GetFlag(FLAGS_dead_zone));
  if (!dead_zone.ok()) return Broken(dead_zone.status());
  const absl::StatusOr<Side> good = LoadSide(absl::GetFlag(FLAGS_good));
  if (!good.ok()) return Broken(good.status());
  const absl::StatusOr<Side> bad = LoadSide(absl::GetFlag(FLAGS_bad));
  if (!bad.ok()) return Broken(bad.status());
  if (absl::Status s = CheckLike(*good, *bad); !s.ok()) return Broken(s);
  DiffOptions options;
  // Closer than twice the dead zone, everything between good and bad would be
  // in it.
  options.threshold = 2 * *dead_zone;
  const absl::StatusOr<BisectBorder> border =
      FindBorder(*good, *bad, case_name, absl::GetFlag(FLAGS_metric), options);
  if (!border.ok()) return Broken(border.status());

  Results all;
  BisectDecision decision;
  for (int attempt = 0; attempt < 2; ++attempt) {
    absl::StatusOr<Results> measured = measure(case_name);
    if (!measured.ok()) return Broken(measured.status());
    if (attempt == 0) {
      all = *std::move(measured);
    } else if (absl::Status s = Merge(*measured, all); !s.ok()) {
      return Broken(s);
    }
    const Side now = MakeSide(all, "this host");
    if (absl::Status s = CheckLike(*good, now); !s.ok()) return Broken(s);
    if (absl::Status s = CheckPayload(*border, now); !s.ok()) return Broken(s);
    decision = Decide(*border, now, *dead_zone);
    if (decision.answer != BisectAnswer::kInconclusive) break;
  }
  switch (decision.answer) {
    case BisectAnswer::kGood:
      return PrintResult(absl::StrCat("good: ", decision.why, "\n"), kExitGood);
    case BisectAnswer::kBad:
      return PrintResult(absl::StrCat("bad: ", decision.why, "\n",
                                      FunctionsText(*good, *bad, case_name)),
                         kExitBad);
    case BisectAnswer::kInconclusive:
      break;
  }
  return PrintResult(absl::StrCat("inconclusive: ", decision.why, "\n"),
                     kExitInconclusive);
}

}  // namespace exitbench
