#include "profile/compare/share_diff_report.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "profile/compare/diff_functions_report.h"
#include "profile/report/counts.h"
#include "profile/report/profile_report.h"
#include "results/text/column_table.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

std::string SamplesOf(double samples, size_t side, size_t sides) {
  return absl::StrCat(sides > 2 ? absl::StrCat("[", side + 1, "] ") : "",
                      FormatCount(samples));
}

// Returns by how much most shares differ anyway: "34%".
std::string SpreadText(double spread) {
  return absl::StrFormat("%.0f%%", 100 * std::expm1(spread));
}

void AddList(const ShareDiff& diff, bool inclusive, ColumnTable& table) {
  const std::vector<const ShareChange*> changes =
      inclusive ? ChangedInclusive(diff) : ChangedSelf(diff);
  if (changes.empty()) return;
  table.AddLine(inclusive ? "with all that they call" : "by themselves");
  const size_t shown = std::min(changes.size(), kMostChanges);
  for (size_t i = 0; i < shown; ++i) {
    const ShareChange& c = *changes[i];
    const double before = inclusive ? c.old_inclusive : c.old_self;
    const double after = inclusive ? c.new_inclusive : c.new_self;
    const double delta = after / diff.new_samples - before / diff.old_samples;
    table.AddRow(
        {{absl::StrCat(delta > 0 ? "+" : "-", FormatPercent(std::abs(delta))),
          delta > 0 ? Colour::kBad : Colour::kGood},
         {FormatPercent(before / diff.old_samples)},
         {FormatShareInterval(before, diff.old_samples)},
         {FormatPercent(after / diff.new_samples)},
         {FormatShareInterval(after, diff.new_samples)},
         {FunctionLabel(c.name)},
         {Shortened(c.module, 24)},
         {before == 0  ? "new"
          : after == 0 ? "gone"
                       : ""}});
  }
  if (changes.size() > shown) {
    table.AddLine(absl::StrCat(changes.size() - shown, " more"));
  }
}

std::string BlockText(const SharesOfCase& shares, size_t sides, bool colour,
                      size_t columns) {
  const ShareDiff& diff = shares.diff;
  ColumnTable table({{"change", Align::kPoint, 2},
                     {"old %", Align::kPoint, 2},
                     {"95%", Align::kPoint, 2, 2},
                     {"new %", Align::kPoint, 2},
                     {"95%", Align::kPoint, 2, 2},
                     {"function", Align::kLeft, 2},
                     {"module", Align::kLeft, 2, 1},
                     {"", Align::kLeft, 2, 0, "new or gone"}});
  AddList(diff, true, table);
  AddList(diff, false, table);
  return absl::StrCat(
      Folded(
          absl::StrCat(Shortened(diff.case_name, 60), "  functions' shares of ",
                       SamplesOf(diff.old_samples, shares.from, sides), " -> ",
                       SamplesOf(diff.new_samples, shares.to, sides),
                       " samples, spread ", SpreadText(diff.spread), "\n"),
          columns),
      table.Render(colour, columns));
}

bool IsListed(const ShareDiff& diff) {
  return !ChangedInclusive(diff).empty() || !ChangedSelf(diff).empty();
}

void WriteListed(const ShareChange& c, const ShareDiff& diff,
                 JsonWriter& json) {
  json.BeginObject();
  json.Field("name", c.name);
  json.Field("module", c.module);
  WriteShare("old_inclusive", c.old_inclusive, diff.old_samples, json);
  WriteShare("new_inclusive", c.new_inclusive, diff.new_samples, json);
  json.Field("inclusive_changed", c.inclusive_changed);
  WriteShare("old_self", c.old_self, diff.old_samples, json);
  WriteShare("new_self", c.new_self, diff.new_samples, json);
  json.Field("self_changed", c.self_changed);
  json.EndObject();
}

}  // namespace

std::string SharesToText(const DiffFunctions& functions, bool colour,
                         size_t columns) {
  std::string text;
  size_t alike = 0, untested = 0;
  for (const SharesOfCase& shares : functions.shares) {
    if (IsListed(shares.diff)) {
      absl::StrAppend(&text, "\n",
                      BlockText(shares, functions.sides, colour, columns));
    } else {
      ++(shares.diff.tests == 0 ? untested : alike);
    }
  }
  const auto say = [&](size_t cases, absl::string_view what) {
    if (cases == 0) return;
    absl::StrAppend(
        &text,
        Folded(absl::StrCat(what, cases, cases == 1 ? " case\n" : " cases\n"),
               columns));
  };
  if (alike + untested > 0) text += "\n";
  say(alike, "functions:  no share is shown to have changed in ");
  say(untested, "functions:  too few samples to compare shares in ");
  return text;
}

void WriteShares(const DiffFunctions& functions, JsonWriter& json) {
  json.Key("function_shares");
  json.BeginArray();
  for (const SharesOfCase& shares : functions.shares) {
    const ShareDiff& diff = shares.diff;
    json.BeginObject();
    json.Field("case", diff.case_name);
    json.Field("old_side", static_cast<double>(shares.from));
    json.Field("new_side", static_cast<double>(shares.to));
    json.Field("old_samples", diff.old_samples);
    json.Field("new_samples", diff.new_samples);
    json.Field("spread", diff.spread);
    json.Field("tests", static_cast<double>(diff.tests));
    json.Key("functions");
    json.BeginArray();
    for (const ShareChange& c : diff.functions) WriteListed(c, diff, json);
    json.EndArray();
    json.EndObject();
  }
  json.EndArray();
}

}  // namespace exitbench
