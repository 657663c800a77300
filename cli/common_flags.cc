#include "cli/common_flags.h"

#include <unistd.h>

#include <cstdio>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(std::string, cases, "",
          "RE2 expressions, joined by commas, matched anywhere in case names; "
          "a leading '-' excludes");
ABSL_FLAG(std::string, format, "text", "text, json or textproto");
ABSL_FLAG(std::string, color, "auto", "auto (on a terminal), always or never");
ABSL_FLAG(std::string, kvm_device, "/dev/kvm", "the KVM device");

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
  if (color == "auto") return isatty(fd) == 1;
  if (color == "always") return true;
  if (color == "never") return false;
  return absl::InvalidArgumentError(
      absl::StrCat("--color=", color, ": give auto, always or never"));
}

void PrintError(const absl::Status& status) {
  const std::string message(status.message());
  std::fprintf(stderr, "exitbench: %s\n", message.c_str());
}

}  // namespace exitbench
