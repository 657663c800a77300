#include "cli/common_flags.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "cli/exit_codes.h"
#include "results/text/printable.h"

ABSL_FLAG(std::string, cases, "",
          "RE2 expressions, joined by commas, matched anywhere in case names; "
          "a leading '-' excludes");
ABSL_FLAG(std::string, format, "text", "text, json or textproto");
ABSL_FLAG(std::string, color, "auto",
          "auto (on a terminal, unless NO_COLOR is set), always or never");
ABSL_FLAG(
    std::string, out, "",
    "file to write; '-' is standard output; run: default "
    "exitbench-<kernel>-<backend>-<UTC time>.pb in the working directory");
ABSL_FLAG(std::string, kvm_device, "/dev/kvm", "the KVM device");
ABSL_FLAG(std::string, vm, "",
          "the VM's configuration, such as pmu:off or "
          "apic:kernel,exits_disabled:hlt,pause; keys: apic:kernel|split|user, "
          "pmu:on|off, exits_disabled:hlt,pause,mwait,cstate, "
          "cpuid:full|minimal|hyperv, tsc_khz:N, vcpus:N, slots:N; becomes "
          "part of the names of cases that it changes");

namespace exitbench {

absl::StatusOr<Format> FormatFlag() {
  const std::string format = absl::GetFlag(FLAGS_format);
  if (format == "text") return Format::kText;
  if (format == "json") return Format::kJson;
  if (format == "textproto") return Format::kTextproto;
  return absl::InvalidArgumentError(
      absl::StrCat("--format=", format, ": give text, json or textproto"));
}

absl::StatusOr<bool> ColorFlag(int fd) {
  const std::string color = absl::GetFlag(FLAGS_color);
  if (color == "auto") {
    // https://no-color.org: set and not empty.
    const char* const no_color = std::getenv("NO_COLOR");
    return isatty(fd) == 1 && (no_color == nullptr || *no_color == 0);
  }
  if (color == "always") return true;
  if (color == "never") return false;
  return absl::InvalidArgumentError(
      absl::StrCat("--color=", color, ": give auto, always or never"));
}

size_t TextColumns(int fd, size_t otherwise) {
  constexpr size_t kMost = 1000;
  size_t columns = 0;
  winsize size;
  const char* const said = std::getenv("COLUMNS");
  if (said == nullptr || !absl::SimpleAtoi(said, &columns)) columns = 0;
  if (columns == 0 && isatty(fd) == 1 && ioctl(fd, TIOCGWINSZ, &size) == 0) {
    columns = size.ws_col;
  }
  if (columns == 0) return otherwise;
  return std::clamp(columns, kLeastTextColumns, kMost);
}

absl::StatusOr<double> ParsePart(absl::string_view name,
                                 absl::string_view text) {
  absl::string_view number = text;
  const bool percent = absl::ConsumeSuffix(&number, "%");
  double part;
  if (!absl::SimpleAtod(number, &part)) part = -1;
  if (percent) part /= 100;
  if (!(part > 0 && part < 1)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", name, "=", text,
                     ": give a part between 0 and 1, such as 2% or 0.02"));
  }
  return part;
}

void PrintError(const absl::Status& status) {
  const std::string message = Printable(status.message());
  std::fprintf(stderr, "exitbench: %s\n", message.c_str());
}

int Fail(const absl::Status& status, int code) {
  PrintError(status);
  return code;
}

int PrintResult(absl::string_view text, int code) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() ||
      std::fflush(stdout) != 0) {
    PrintError(absl::DataLossError("can't write to standard output"));
    return kExitUsage;
  }
  return code;
}

}  // namespace exitbench
