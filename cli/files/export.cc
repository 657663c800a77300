#include "cli/files/export.h"

#include <array>

#include "absl/algorithm/container.h"
#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/comparison.h"
#include "cli/files/keep_cases.h"
#include "cli/files/profile.h"
#include "profile/export/profile_export.h"
#include "profile/file/profile_bytes.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/report/export.h"

namespace exitbench {
namespace {

constexpr std::array kOfResults = {"json",        "csv",  "gbench", "benchstat",
                                   "openmetrics", "ktap", "junit",  "sqlite"};
constexpr std::array kOfProfiles = {"pprof", "speedscope", "folded"};

absl::Status CheckFormat(const std::string& format) {
  if (absl::c_linear_search(kOfResults, format) ||
      absl::c_linear_search(kOfProfiles, format)) {
    return absl::OkStatus();
  }
  constexpr char kFormats[] =
      "json, csv, gbench, benchstat, openmetrics, ktap, junit or sqlite of "
      "results, pprof, speedscope or folded of a profile";
  // The default of the flag, which nobody typed.
  return absl::InvalidArgumentError(
      format == "text"
          ? absl::StrCat("export wants a format: --format=", kFormats)
          : absl::StrCat("--format=", format, ": export writes ", kFormats));
}

absl::StatusOr<std::string> ExportResults(absl::string_view bytes,
                                          const std::string& format) {
  absl::StatusOr<Results> results = Parse(bytes);
  if (!results.ok()) {
    return ParseProfile(bytes).ok()
               ? absl::InvalidArgumentError(
                     absl::StrCat("a profile is not exported as ", format,
                                  ": give pprof, speedscope or folded"))
               : results.status();
  }
  EB_RETURN_IF_ERROR(KeepCases(absl::GetFlag(FLAGS_cases), *results));
  if (format == "json") return ToJson(*results);
  if (format == "csv") return ToCsv(*results);
  if (format == "benchstat") return ToBenchstat(*results);
  if (format == "openmetrics") return ToOpenMetrics(*results);
  if (format == "ktap") return ToKtap(*results);
  if (format == "junit") return ToJunit(*results);
  if (format == "sqlite") return ToSqlite(*results);
  return ToGbench(*results);
}

absl::StatusOr<std::string> ExportProfile(absl::string_view bytes,
                                          const std::string& format) {
  absl::StatusOr<Profile> profile = ParseProfile(bytes);
  if (!profile.ok()) {
    return Parse(bytes).ok() ? absl::InvalidArgumentError(absl::StrCat(
                                   "results are not exported as ", format,
                                   ": give json, csv, gbench, benchstat, "
                                   "openmetrics, ktap, junit or sqlite"))
                             : profile.status();
  }
  EB_RETURN_IF_ERROR(KeepCases(absl::GetFlag(FLAGS_cases), *profile));
  EB_RETURN_IF_ERROR(CheckPaths(*profile));
  if (format == "pprof") return ToPprof(*profile);
  if (format == "speedscope") return ToSpeedscope(*profile);
  return ToFoldedStacks(*profile);
}

}  // namespace

int ExportCommand(const std::vector<std::string>& args) {
  if (args.size() != 1) {
    return Fail(absl::InvalidArgumentError(
                    "export wants one file: exitbench export FILE "
                    "--format=json|csv|gbench|benchstat|openmetrics|ktap|junit|"
                    "sqlite, or of a profile "
                    "--format=pprof|speedscope|folded"),
                kExitUsage);
  }
  const std::string format = absl::GetFlag(FLAGS_format);
  // Before reading a file that may be large.
  if (absl::Status s = CheckFormat(format); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  const absl::StatusOr<std::string> bytes = ReadFile(args[0]);
  if (!bytes.ok()) return Fail(bytes.status(), kExitUsage);
  const absl::StatusOr<std::string> text =
      absl::c_linear_search(kOfProfiles, format)
          ? ExportProfile(*bytes, format)
          : ExportResults(*bytes, format);
  if (!text.ok()) {
    return Fail(
        absl::Status(text.status().code(),
                     absl::StrCat(args[0], ": ", text.status().message())),
        kExitUsage);
  }
  const std::string out = absl::GetFlag(FLAGS_out);
  if (out.empty()) return PrintResult(*text, kExitOk);
  if (absl::Status s = CheckIsNotRead(out, args); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  if (absl::Status s = WriteFile(out, *text); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  return kExitOk;
}

}  // namespace exitbench
