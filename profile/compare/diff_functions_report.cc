#include "profile/compare/diff_functions_report.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "profile/compare/share_diff_report.h"
#include "profile/report/counts.h"
#include "profile/report/profile_report.h"
#include "results/text/column_table.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Returns "3538", with the side's number if there are more than two.
std::string FigureOf(double figure, size_t side, size_t sides) {
  return sides > 2 ? absl::StrCat("[", side + 1, "] ", FormatCount(figure))
                   : FormatCount(figure);
}

std::string HeadLine(const FunctionsOfChange& change, size_t sides) {
  const FunctionDiff& diff = change.diff;
  size_t added = 0, gone = 0;
  for (const FunctionChange& c : diff.changes) {
    added += !c.in_old;
    gone += !c.in_new;
  }
  return absl::StrCat(Shortened(diff.case_name, 60), " ",
                      Shortened(diff.metric, 16), " ",
                      FigureOf(diff.old_figure, change.from, sides), " -> ",
                      FigureOf(diff.new_figure, change.to, sides), " (",
                      FormatDelta(diff.new_figure - diff.old_figure),
                      "): functions ", added, " new, ", gone, " gone, ",
                      diff.changes.size() - added - gone, " changed\n");
}

std::string CallsText(const FunctionChange& c) {
  if (!c.in_old || !c.in_new || !Differ(c.old_calls, c.new_calls)) {
    const double calls = c.in_new ? c.new_calls : c.old_calls;
    return calls == 0 ? "" : FormatCount(calls);
  }
  return absl::StrCat(FormatCount(c.old_calls), "->", FormatCount(c.new_calls));
}

std::string StateText(const FunctionChange& c) {
  return !c.in_old ? "new" : !c.in_new ? "gone" : "";
}

constexpr Leg kShownLegs[] = {Leg::kExit, Leg::kUserspace, Leg::kEntry};

class Block {
 public:
  Block(const FunctionDiff& diff, bool colour, size_t columns)
      : diff_(diff),
        colour_(colour),
        columns_(columns),
        table_(ColumnsOf(diff)) {}

  std::string Text() {
    AddInclusive(kMostChanges);
    table_.AddLine("by themselves");
    AddSelf(BySelf(diff_));
    std::string text = table_.Render(colour_, columns_);
    AddTail(text);
    return text;
  }

  // The first list alone, with up to `most` functions.
  std::string ShortText(size_t most) {
    AddInclusive(most);
    return table_.Render(colour_, columns_);
  }

 private:
  static std::vector<Column> ColumnsOf(const FunctionDiff& diff) {
    std::vector<Column> columns = {{"change", Align::kPoint, 2},
                                   {"old", Align::kPoint, 2, 2},
                                   {"new", Align::kPoint, 2, 2}};
    for (const Leg leg : kShownLegs) {
      if (!Has(diff, leg)) continue;
      columns.push_back({std::string(Name(leg)), Align::kPoint, 2, 4});
    }
    columns.push_back({"calls", Align::kRight, 2, 3});
    columns.push_back({"function", Align::kLeft, 2});
    columns.push_back({"module", Align::kLeft, 2, 1});
    columns.push_back({"", Align::kLeft, 2, 0, "new or gone"});
    return columns;
  }

  static bool Has(const FunctionDiff& diff, Leg leg) {
    return std::any_of(diff.legs.begin(), diff.legs.end(),
                       [leg](const LegProfile& l) { return l.leg == leg; });
  }

  void Add(const FunctionChange& c, bool inclusive) {
    const double before = inclusive ? c.old_inclusive : c.old_self;
    const double after = inclusive ? c.new_inclusive : c.new_self;
    const Colour colour = after > before ? Colour::kBad : Colour::kGood;
    std::vector<Cell> cells = {{FormatDelta(after - before), colour},
                               {c.in_old ? FormatCount(before) : "-"},
                               {c.in_new ? FormatCount(after) : "-"}};
    for (const Leg leg : kShownLegs) {
      if (!Has(diff_, leg)) continue;
      const ByLeg& deltas = inclusive ? c.inclusive : c.self;
      const double delta = deltas[static_cast<size_t>(leg)];
      cells.push_back({Differ(delta, 0) ? FormatDelta(delta) : ""});
    }
    cells.push_back({CallsText(c)});
    cells.push_back({FunctionLabel(c.name)});
    cells.push_back({Shortened(c.module, 24)});
    cells.push_back({StateText(c)});
    table_.AddRow(std::move(cells));
  }

  void AddInclusive(size_t most) {
    table_.AddLine("with all that they call");
    const std::vector<const FunctionChange*> inclusive = ByInclusive(diff_);
    const size_t shown = std::min(inclusive.size(), most);
    for (size_t i = 0; i < shown; ++i) Add(*inclusive[i], true);
    if (inclusive.size() > shown) {
      table_.AddLine(absl::StrCat(inclusive.size() - shown, " more"));
    }
  }

  void AddSelf(const std::vector<const FunctionChange*>& changes) {
    const size_t shown = std::min(changes.size(), kMostChanges);
    double rest = 0;
    for (size_t i = 0; i < changes.size(); ++i) {
      if (i < shown) {
        Add(*changes[i], false);
      } else {
        rest += changes[i]->SelfDelta();
      }
    }
    if (changes.size() > shown) {
      table_.AddLine(absl::StrCat(changes.size() - shown, " more, sum ",
                                  FormatDelta(rest)));
    }
  }

  void AddTail(std::string& text) const {
    std::vector<std::string> parts;
    for (size_t i = 1; i < kKinds; ++i) {
      const double before = diff_.old_kinds[i], after = diff_.new_kinds[i];
      if (!Differ(before, after)) continue;
      parts.push_back(absl::StrCat(Name(static_cast<InstructionKind>(i)), " ",
                                   FormatCount(before), " -> ",
                                   FormatCount(after)));
    }
    AppendItems("costly instructions:", parts, columns_, text);
    if (Differ(diff_.old_uncounted, diff_.new_uncounted)) {
      AppendItems("uncounted instructions:",
                  {absl::StrCat(FormatCount(diff_.old_uncounted), " -> ",
                                FormatCount(diff_.new_uncounted))},
                  columns_, text);
    }
    if (diff_.unexplained != 0) {
      absl::StrAppend(&text,
                      Folded(absl::StrCat("the functions do not explain ",
                                          FormatDelta(diff_.unexplained),
                                          " of the change: a side is a mean\n"),
                             columns_));
    }
  }

  const FunctionDiff& diff_;
  const bool colour_;
  const size_t columns_;
  ColumnTable table_;
};

void Write(const FunctionChange& c, const std::vector<LegProfile>& legs,
           JsonWriter& json) {
  json.BeginObject();
  json.Field("name", c.name);
  json.Field("module", c.module);
  json.Field("in_old", c.in_old);
  json.Field("in_new", c.in_new);
  json.Field("old_inclusive", c.old_inclusive);
  json.Field("new_inclusive", c.new_inclusive);
  json.Field("old_self", c.old_self);
  json.Field("new_self", c.new_self);
  json.Field("old_calls", c.old_calls);
  json.Field("new_calls", c.new_calls);
  WriteByLeg("inclusive_by_leg", c.inclusive, legs, json);
  WriteByLeg("self_by_leg", c.self, legs, json);
  json.EndObject();
}

void Write(const FunctionsOfChange& change, JsonWriter& json) {
  const FunctionDiff& diff = change.diff;
  json.BeginObject();
  json.Field("case", diff.case_name);
  json.Field("metric", diff.metric);
  json.Field("old_side", static_cast<double>(change.from));
  json.Field("new_side", static_cast<double>(change.to));
  json.Field("old_figure", diff.old_figure);
  json.Field("new_figure", diff.new_figure);
  json.Field("old_uncounted", diff.old_uncounted);
  json.Field("new_uncounted", diff.new_uncounted);
  json.Field("unexplained", diff.unexplained);
  json.Key("old_costly_instructions");
  WriteKinds(diff.old_kinds, json);
  json.Key("new_costly_instructions");
  WriteKinds(diff.new_kinds, json);
  json.Key("functions");
  json.BeginArray();
  for (const FunctionChange& c : diff.changes) Write(c, diff.legs, json);
  json.EndArray();
  json.EndObject();
}

// A line for each of `sentences`, after what they are.
std::string Lines(absl::string_view what,
                  const std::vector<std::string>& sentences, size_t columns) {
  std::string text;
  for (const std::string& sentence : sentences) {
    absl::StrAppend(
        &text,
        Folded(absl::StrCat(what, ":  ", Printable(sentence), "\n"), columns));
  }
  return text;
}

}  // namespace

std::string DiffFunctionsToText(const DiffFunctions& functions, bool colour,
                                size_t columns) {
  std::string text;
  for (const FunctionsOfChange& change : functions.changes) {
    absl::StrAppend(&text, "\n",
                    Folded(HeadLine(change, functions.sides), columns),
                    Block(change.diff, colour, columns).Text());
  }
  text += SharesToText(functions, colour, columns);
  if (!functions.notes.empty()) text += "\n";
  text += Lines("no functions", functions.notes, columns);
  if (!functions.warnings.empty()) text += "\n";
  return text + Lines("warning", functions.warnings, columns);
}

std::string LargestChangesToText(const DiffFunctions& functions, size_t most,
                                 size_t columns) {
  std::string text;
  for (const FunctionsOfChange& change : functions.changes) {
    absl::StrAppend(&text, Folded(HeadLine(change, functions.sides), columns),
                    Block(change.diff, false, columns).ShortText(most));
  }
  return text + Lines("no functions", functions.notes, columns) +
         Lines("warning", functions.warnings, columns);
}

void WriteDiffFunctions(const DiffFunctions& functions, JsonWriter& json) {
  json.Key("functions");
  json.BeginArray();
  for (const FunctionsOfChange& change : functions.changes) Write(change, json);
  json.EndArray();
  WriteShares(functions, json);
  json.Key("functions_notes");
  json.BeginArray();
  for (const std::string& note : functions.notes) json.String(note);
  json.EndArray();
  json.Key("functions_warnings");
  json.BeginArray();
  for (const std::string& warning : functions.warnings) json.String(warning);
  json.EndArray();
}

}  // namespace exitbench
