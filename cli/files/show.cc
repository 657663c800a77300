#include "cli/files/show.h"

#include <unistd.h>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/keep_cases.h"
#include "results/file/file.h"
#include "results/file/proto_io.h"
#include "results/report/report.h"

namespace exitbench {

int PrintResults(const Results& results) {
  absl::StatusOr<Format> format = FormatFlag();
  if (!format.ok()) {
    PrintError(format.status());
    return kExitUsage;
  }
  std::string text;
  switch (*format) {
    case Format::kText:
      text = RenderReport(results, TextColumns(STDOUT_FILENO, kAnyWidth));
      break;
    case Format::kJson:
      text = ToJson(results);
      break;
    case Format::kTextproto:
      text = ToTextproto(results);
      break;
  }
  return PrintResult(text, kExitOk);
}

int ShowCommand(const std::vector<std::string>& files) {
  if (files.empty()) {
    PrintError(absl::InvalidArgumentError(
        "show wants results files: exitbench show FILE..."));
    return kExitUsage;
  }
  for (const std::string& file : files) {
    absl::StatusOr<Results> results = ReadResults(file);
    if (!results.ok()) {
      PrintError(results.status());
      return kExitUsage;
    }
    if (absl::Status s = KeepCases(absl::GetFlag(FLAGS_cases), *results);
        !s.ok()) {
      return Fail(absl::Status(s.code(), absl::StrCat(file, ": ", s.message())),
                  kExitUsage);
    }
    if (const int code = PrintResults(*results); code != kExitOk) return code;
  }
  return kExitOk;
}

}  // namespace exitbench
