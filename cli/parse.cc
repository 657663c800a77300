#include "cli/parse.h"

#include <algorithm>
#include <map>
#include <string>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "results/text/suggest.h"

namespace exitbench {
namespace {

// An old name of a flag.
struct OldName {
  absl::string_view old_name;
  absl::string_view name;
};

constexpr OldName kOldNames[] = {{"exits", "events"}};

bool Contains(absl::Span<const absl::string_view> names,
              absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::string_view CurrentName(absl::string_view name) {
  for (const OldName& old : kOldNames) {
    if (name == old.old_name) return old.name;
  }
  return name;
}

// The values given on the line, by the name that was used.
using GivenValues = std::map<std::string, std::string>;

absl::Status CheckOldNames(const GivenValues& given) {
  for (const OldName& old : kOldNames) {
    const auto by_old = given.find(std::string(old.old_name));
    const auto by_new = given.find(std::string(old.name));
    if (by_old == given.end() || by_new == given.end() ||
        by_old->second == by_new->second) {
      continue;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--", old.old_name, "=", by_old->second, " and --",
                     old.name, "=", by_new->second, " differ: --", old.old_name,
                     " is the old name of --", old.name));
  }
  return absl::OkStatus();
}

// Returns what a value of `flag` looks like. Abseil's own message says only
// that the value is illegal.
std::string LikeValueOf(const absl::CommandLineFlag& flag) {
  if (flag.IsOfType<bool>()) return "true or false";
  return absl::StrCat("a value such as ", flag.DefaultValue());
}

// `word` is what was typed, `next` the word after it.
absl::Status SetFlag(absl::string_view word, absl::string_view next,
                     absl::string_view name, bool has_value,
                     absl::string_view value,
                     absl::Span<const absl::string_view> allowed,
                     GivenValues& given) {
  const bool negated = !has_value && absl::StartsWith(name, "no") &&
                       !Contains(allowed, name) &&
                       Contains(allowed, name.substr(2));
  const absl::string_view real = negated ? name.substr(2) : name;
  const absl::string_view current = CurrentName(real);
  absl::CommandLineFlag* flag = absl::FindCommandLineFlag(current);
  if (flag == nullptr || !Contains(allowed, current)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "unknown flag ", word, DidYouMean(real, allowed), "; see --help"));
  }
  const bool is_bool = flag->IsOfType<bool>();
  if (!has_value && !is_bool) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--", real, " wants a value: --", real, "=",
        next.empty() || absl::StartsWith(next, "-") ? "..." : next));
  }
  // An empty shell variable is not to mean all cases.
  if (has_value && value.empty() && current == "cases") {
    return absl::InvalidArgumentError(
        "--cases= selects nothing: leave it out for all cases");
  }
  std::string error;
  if (!flag->ParseFrom(has_value ? value
                       : negated ? "false"
                                 : "true",
                       &error)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--", real, "=", value, ": give ", LikeValueOf(*flag)));
  }
  given[std::string(real)] = flag->CurrentValue();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ParsedLine> ParseLine(
    absl::Span<const std::string> words,
    absl::Span<const absl::string_view> allowed) {
  ParsedLine line;
  GivenValues given;
  bool only_arguments = false;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
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
    const absl::string_view next =
        i + 1 < words.size() ? absl::string_view(words[i + 1]) : "";
    const absl::string_view typed =
        absl::string_view(word).substr(0, word.find('='));
    absl::Status status =
        SetFlag(typed, next, name, has_value, value, allowed, given);
    if (!status.ok()) return status;
  }
  if (absl::Status s = CheckOldNames(given); !s.ok()) return s;
  return line;
}

}  // namespace exitbench
