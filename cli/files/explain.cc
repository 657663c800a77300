#include "cli/files/explain.h"

#include <unistd.h>

#include <utility>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/profile.h"
#include "profile/explain/explain.h"
#include "profile/explain/explain_report.h"
#include "profile/file/profile_file.h"
#include "profile/report/counts.h"
#include "results/compare/load.h"
#include "results/text/json_writer.h"

ABSL_DECLARE_FLAG(bool, force);
ABSL_DECLARE_FLAG(int, top);

namespace exitbench {
namespace {

constexpr int kExitNoModel = 1;
constexpr int kExitRefused = 3;

// Says so where the two files were swapped.
absl::Status WhyNotResults(const std::string& path, absl::Status status) {
  if (path == "-" || !absl::IsInvalidArgument(status) ||
      !ReadProfile(path).ok()) {
    return status;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(path,
                   ": it is a profile; explain wants the results first: "
                   "exitbench explain RESULTS PROFILE"));
}

// Returns the profile, with the cases that --cases selects.
// kFailedPrecondition: it can't explain any results.
absl::StatusOr<Profile> LoadProfile(const std::string& path) {
  EB_ASSIGN_OR_RETURN(Profile profile, ReadProfile(path));
  if (IsSampled(profile.host)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "refused, ", path,
        " has samples: explain wants the counts of an emulated host"));
  }
  if (const absl::Status s = KeepCases(absl::GetFlag(FLAGS_cases), profile);
      !s.ok()) {
    return absl::Status(s.code(), absl::StrCat(path, ": ", s.message()));
  }
  return profile;
}

absl::Status CheckFlags(const std::vector<std::string>& args,
                        const absl::StatusOr<Format>& format) {
  if (args.size() != 2) {
    return absl::InvalidArgumentError(
        "explain wants a results file and a profile of an emulated host: "
        "exitbench explain RESULTS PROFILE");
  }
  if (!format.ok()) return format.status();
  if (*format == Format::kTextproto) {
    return absl::InvalidArgumentError(
        "--format=textproto: explain prints text or json");
  }
  if (const int top = absl::GetFlag(FLAGS_top); top < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--top=", top, ": give 0 or more"));
  }
  return absl::OkStatus();
}

}  // namespace

int ExplainCommand(const std::vector<std::string>& args) {
  const absl::StatusOr<Format> format = FormatFlag();
  if (const absl::Status s = CheckFlags(args, format); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  const absl::StatusOr<Side> results = LoadSide(args[0]);
  if (!results.ok()) {
    return Fail(WhyNotResults(args[0], results.status()), kExitUsage);
  }
  const absl::StatusOr<Profile> profile = LoadProfile(args[1]);
  if (!profile.ok()) {
    return Fail(profile.status(), absl::IsFailedPrecondition(profile.status())
                                      ? kExitRefused
                                      : kExitUsage);
  }
  std::vector<std::string> mismatches = Mismatches(*results, *profile);
  if (!mismatches.empty() && !absl::GetFlag(FLAGS_force)) {
    return Fail(absl::FailedPreconditionError(
                    absl::StrCat("refused, ", args[1], " does not explain ",
                                 args[0], ": ", absl::StrJoin(mismatches, "; "),
                                 " (--force explains all the same)")),
                kExitRefused);
  }
  const Explanation explanation =
      Explain(*results, *profile, !absl::GetFlag(FLAGS_cases).empty());
  const ExplainReport report = {explanation, results->host, profile->host,
                                std::move(mismatches)};
  const int code = explanation.no_model.empty() ? kExitOk : kExitNoModel;
  if (*format != Format::kJson) {
    return PrintResult(
        ExplanationToText(report, static_cast<size_t>(absl::GetFlag(FLAGS_top)),
                          TextColumns(STDOUT_FILENO)),
        code);
  }
  JsonWriter json;
  WriteExplanation(report, json);
  return PrintResult(json.Take(), code);
}

}  // namespace exitbench
