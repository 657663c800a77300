#include "results/text/name_filter.h"

#include <algorithm>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "re2/re2.h"
#include "results/text/suggest.h"

namespace exitbench {
namespace {

// What a glob, or a name in other letters, was meant to be.
std::string Hint(absl::string_view expression,
                 const std::vector<absl::string_view>& names) {
  const std::string nearest = Nearest(expression, names);
  if (!nearest.empty()) return absl::StrCat("; did you mean '", nearest, "'?");
  if (!absl::StrContains(expression, '*')) return "";
  absl::string_view bare = expression;
  while (absl::ConsumePrefix(&bare, "*")) {
  }
  while (absl::ConsumeSuffix(&bare, "*")) {
  }
  return absl::StrCat(
      "; it is a regular expression, found anywhere in a name: '",
      absl::StrReplaceAll(bare, {{"*", ".*"}}), "'");
}

absl::Status BadFilter(absl::string_view expression, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("--cases: '", expression, "' ", why,
                   "; `exitbench list` shows the names"));
}

}  // namespace

absl::StatusOr<std::vector<bool>> FilterNames(
    const std::vector<absl::string_view>& names, absl::string_view filter) {
  if (filter.empty()) return std::vector<bool>(names.size(), true);
  std::vector<bool> included(names.size(), false);
  std::vector<bool> excluded(names.size(), false);
  bool any_included = false;
  for (absl::string_view part : absl::StrSplit(filter, ',')) {
    const bool excludes = absl::StartsWith(part, "-");
    const absl::string_view expression = excludes ? part.substr(1) : part;
    if (expression.empty()) return BadFilter(part, "is empty");
    const RE2 re(std::string(expression), RE2::Quiet);
    if (!re.ok()) {
      return BadFilter(part, absl::StrCat("is no regular expression: ",
                                          re.error(), Hint(expression, names)));
    }
    bool matched = false;
    for (size_t i = 0; i < names.size(); ++i) {
      const re2::StringPiece name(names[i].data(), names[i].size());
      if (!RE2::PartialMatch(name, re)) continue;
      matched = true;
      (excludes ? excluded : included)[i] = true;
    }
    if (!matched) {
      return BadFilter(
          part, absl::StrCat("matches no case", Hint(expression, names)));
    }
    any_included = any_included || !excludes;
  }
  std::vector<bool> selected(names.size());
  for (size_t i = 0; i < names.size(); ++i) {
    selected[i] = (included[i] || !any_included) && !excluded[i];
  }
  if (std::find(selected.begin(), selected.end(), true) == selected.end()) {
    return BadFilter(filter, "leaves no case");
  }
  return selected;
}

}  // namespace exitbench
