#include "cli/parse.h"

#include <algorithm>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace exitbench {
namespace {

bool Contains(absl::Span<const absl::string_view> names,
              absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status SetFlag(absl::string_view name, bool has_value,
                     absl::string_view value,
                     absl::Span<const absl::string_view> allowed) {
  const bool negated = !has_value && absl::StartsWith(name, "no") &&
                       !Contains(allowed, name) &&
                       Contains(allowed, name.substr(2));
  const absl::string_view real = negated ? name.substr(2) : name;
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(real);
  if (flag == nullptr || !Contains(allowed, real)) {
    return absl::InvalidArgumentError(
        absl::StrCat("unknown flag --", name, "; see --help"));
  }
  const bool is_bool = flag->IsOfType<bool>();
  if (!has_value && !is_bool) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", real, " wants a value: --", real, "=..."));
  }
  std::string error;
  if (!flag->ParseFrom(has_value ? value
                       : negated ? "false"
                                 : "true",
                       &error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", real, "=", value, " is no good",
                     error.empty() ? "" : ": ", error));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParsedLine> ParseLine(
    absl::Span<const std::string> words,
    absl::Span<const absl::string_view> allowed) {
  ParsedLine line;
  bool only_arguments = false;
  for (const std::string& word : words) {
    if (only_arguments || word == "-" || !absl::StartsWith(word, "-")) {
      line.arguments.push_back(word);
      continue;
    }
    if (word == "--") {
      only_arguments = true;
      continue;
    }
    absl::string_view name = word;
    name.remove_prefix(absl::StartsWith(word, "--") ? 2 : 1);
    if (name == "help" || name == "h") {
      line.help = true;
      continue;
    }
    if (name == "version") {
      line.version = true;
      continue;
    }
    const size_t equals = name.find('=');
    const bool has_value = equals != absl::string_view::npos;
    const absl::string_view value = has_value ? name.substr(equals + 1) : "";
    name = name.substr(0, equals);
    absl::Status status = SetFlag(name, has_value, value, allowed);
    if (!status.ok()) return status;
  }
  return line;
}

}  // namespace exitbench
