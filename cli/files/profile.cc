#include "cli/files/profile.h"

#include <unistd.h>

#include <utility>

#include "absl/flags/flag.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "profile/file/profile_file.h"
#include "profile/report/functions.h"
#include "profile/report/profile_report.h"
#include "results/text/json_writer.h"
#include "results/text/name_filter.h"
#include "results/text/printable.h"

ABSL_FLAG(bool, tree, false, "profile: print what calls what, too");
ABSL_FLAG(bool, thunks, false,
          "profile: show each thunk of a mitigation in a row of its own");
ABSL_FLAG(int, top, 20,
          "profile: functions of each case to print; 0 is all of them");

namespace exitbench {
namespace {

absl::StatusOr<ProfileReportOptions> OptionsOfFlags() {
  const int top = absl::GetFlag(FLAGS_top);
  if (top < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--top=", top, ": give 0 or more"));
  }
  return ProfileReportOptions{.tree = absl::GetFlag(FLAGS_tree),
                              .fold_thunks = !absl::GetFlag(FLAGS_thunks),
                              .top = static_cast<size_t>(top),
                              .columns = TextColumns(STDOUT_FILENO)};
}

absl::StatusOr<Profile> Load(const std::string& file, bool all_paths) {
  EB_ASSIGN_OR_RETURN(Profile profile, ReadProfile(file));
  absl::Status status = KeepCases(absl::GetFlag(FLAGS_cases), profile);
  if (status.ok() && all_paths) status = CheckPaths(profile);
  if (!status.ok()) {
    return absl::Status(status.code(),
                        absl::StrCat(file, ": ", status.message()));
  }
  return profile;
}

}  // namespace

absl::Status KeepCases(absl::string_view filter, Profile& profile) {
  if (filter.empty()) return absl::OkStatus();
  std::vector<absl::string_view> names;
  for (const CaseProfile& one : profile.cases) names.push_back(one.name);
  EB_ASSIGN_OR_RETURN(const std::vector<bool> wanted,
                      FilterNames(names, filter));
  std::vector<CaseProfile> kept;
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (wanted[i]) kept.push_back(std::move(profile.cases[i]));
  }
  profile.cases = std::move(kept);
  return absl::OkStatus();
}

absl::Status CheckPaths(const Profile& profile) {
  const double paths = CountPaths(profile);
  if (paths <= kMostPaths) return absl::OkStatus();
  return absl::ResourceExhaustedError(
      absl::StrCat("its cases have ", paths, " paths of calls, more than ",
                   kMostPaths, ": select some by --cases"));
}

int ProfileCommand(const std::vector<std::string>& args) {
  if (args.empty()) {
    return Fail(absl::InvalidArgumentError(
                    "profile wants profile files: exitbench profile FILE..."),
                kExitUsage);
  }
  const absl::StatusOr<ProfileReportOptions> options = OptionsOfFlags();
  if (!options.ok()) return Fail(options.status(), kExitUsage);
  const absl::StatusOr<Format> format = FormatFlag();
  if (!format.ok()) return Fail(format.status(), kExitUsage);
  if (*format == Format::kTextproto) {
    return Fail(absl::InvalidArgumentError(
                    "--format=textproto: profile prints text or json"),
                kExitUsage);
  }
  std::string text;
  JsonWriter json;
  json.BeginArray();
  for (const std::string& file : args) {
    const absl::StatusOr<Profile> profile =
        Load(file, options->tree && *format == Format::kJson);
    if (!profile.ok()) return Fail(profile.status(), kExitUsage);
    if (*format == Format::kJson) {
      WriteProfileJson(file, *profile, *options, json);
      continue;
    }
    if (args.size() > 1) {
      absl::StrAppend(&text, text.empty() ? "" : "\n",
                      Shortened(file, options->columns - 1), ":\n");
    }
    text += ProfileToText(*profile, *options);
  }
  json.EndArray();
  return PrintResult(*format == Format::kJson ? json.Take() : text, kExitOk);
}

}  // namespace exitbench
