#include "cli/files/export.h"

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/keep_cases.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/report/export.h"

namespace exitbench {
namespace {

absl::StatusOr<std::string> Export(const Results& results,
                                   const std::string& format) {
  if (format == "json") return ToJson(results);
  if (format == "csv") return ToCsv(results);
  if (format == "benchstat") return ToBenchstat(results);
  if (format == "gbench") return ToGbench(results);
  // The default of the flag, which nobody typed.
  if (format == "text") {
    return absl::InvalidArgumentError(
        "export wants a format: --format=json, csv, gbench or benchstat");
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--format=", format, ": export writes json, csv, gbench or benchstat"));
}

}  // namespace

int ExportCommand(const std::vector<std::string>& args) {
  if (args.size() != 1) {
    return Fail(absl::InvalidArgumentError(
                    "export wants one results file: exitbench export FILE "
                    "--format=json|csv|gbench|benchstat"),
                kExitUsage);
  }
  const std::string format = absl::GetFlag(FLAGS_format);
  // Check --format before reading a file that may be large.
  if (absl::StatusOr<std::string> s = Export(Results(), format);
      absl::IsInvalidArgument(s.status())) {
    return Fail(s.status(), kExitUsage);
  }
  absl::StatusOr<Results> results = ReadResults(args[0]);
  if (!results.ok()) return Fail(results.status(), kExitUsage);
  if (absl::Status s = KeepCases(absl::GetFlag(FLAGS_cases), *results);
      !s.ok()) {
    return Fail(s, kExitUsage);
  }
  absl::StatusOr<std::string> text = Export(*results, format);
  if (!text.ok()) {
    return Fail(
        absl::Status(text.status().code(),
                     absl::StrCat(args[0], ": ", text.status().message())),
        kExitUsage);
  }
  const std::string out = absl::GetFlag(FLAGS_out);
  if (out.empty()) return PrintResult(*text, kExitOk);
  if (absl::Status s = WriteFile(out, *text); !s.ok()) {
    return Fail(s, kExitUsage);
  }
  return kExitOk;
}

}  // namespace exitbench
