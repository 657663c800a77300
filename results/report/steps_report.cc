#include "results/report/steps_report.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "results/report/steps_tables.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Returns whether more than one compiler built the sides' kernels.
bool CompilersDiffer(const Steps& steps) {
  return std::any_of(steps.sides.begin(), steps.sides.end(),
                     [&steps](const SideFacts& side) {
                       return side.compiler != steps.sides[0].compiler;
                     });
}

// The first earlier side with the same differences; `side` if there is none.
size_t FirstAlike(const Steps& steps, size_t side) {
  const auto alike = [&](const std::vector<Difference>& other) {
    const std::vector<Difference>& own = steps.differences[side];
    return std::equal(own.begin(), own.end(), other.begin(), other.end(),
                      [](const Difference& a, const Difference& b) {
                        return a.what == b.what && a.candidate == b.candidate;
                      });
  };
  size_t first = 0;
  while (first < side && !alike(steps.differences[first])) ++first;
  return first;
}

void AppendDifferences(const Steps& steps, size_t side, size_t columns,
                       std::string& text) {
  const size_t alike = FirstAlike(steps, side);
  for (const Action action : {Action::kRefuseUnlessForced, Action::kWarn}) {
    std::vector<Difference> differences;
    for (const Difference& d : steps.differences[side]) {
      if (d.action == action) differences.push_back(d);
    }
    if (differences.empty()) continue;
    const absl::string_view head =
        action == Action::kWarn ? "     differs from [1]:" : "     UNLIKE [1]:";
    if (alike < side) {
      absl::StrAppend(&text, head, " as [", alike + 1, "]\n");
    } else {
      AppendDifferenceList(head, differences, columns, text);
    }
  }
}

// The line that names a side. What tells it from the others is never cut in
// favour of what they share.
void AppendSide(const SideFacts& side, size_t index, size_t columns,
                std::string& text) {
  const std::string number = absl::StrCat("[", index + 1, "]  ");
  const std::string kernel = absl::StrCat(number, Shortened(side.kernel, 36),
                                          "  ", Shortened(side.backend, 10));
  const bool named = !side.beside_kernel.empty();
  const std::string name =
      named ? Shortened(side.beside_kernel, columns - number.size())
            : Shortened(side.label, 40);
  const bool fits = kernel.size() + 2 + name.size() <= columns;
  absl::StrAppend(
      &text, Shortened(kernel, columns),
      fits ? "  " : absl::StrCat("\n", std::string(number.size(), ' ')),
      Shortened(name, columns - number.size()), "\n");
}

std::string SummaryLine(const Steps& steps) {
  std::string text =
      absl::StrCat(steps.worse, " worse, ", steps.better, " better, ");
  if (steps.has_unsure) absl::StrAppend(&text, steps.unsure, " unsure, ");
  if (steps.lost_metrics > 0) {
    absl::StrAppend(&text, steps.lost_metrics, " lost metrics, ");
  }
  absl::StrAppend(&text, steps.newly_failing, " newly failing");
  if (steps.lost > 0) {
    absl::StrAppend(&text, ", ", steps.lost,
                    " lost (removed, newly skipped, other payload)");
  }
  return text + "\n";
}

std::string Legend(const Steps& steps) {
  return steps.against_first
             ? "each side against [1]\n"
             : "! worse, * better, ? another payload: each against the side "
               "of the step before\n";
}

}  // namespace

std::string StepsToText(const Steps& steps, const ReportOptions& options) {
  std::string text;
  for (size_t i = 0; i < steps.sides.size(); ++i) {
    const SideFacts& side = steps.sides[i];
    AppendSide(side, i, options.columns, text);
    if (CompilersDiffer(steps)) {
      AppendWrapped("     kernel built by:",
                    side.compiler.empty() ? "unknown" : side.compiler,
                    options.columns, text);
    }
    AppendDifferences(steps, i, options.columns, text);
  }
  if (steps.refused) return text;
  if (!steps.why_against_first.empty()) {
    AppendWrapped("note:", steps.why_against_first, options.columns, text);
  }
  for (const std::string& warning : steps.warnings) {
    AppendWrapped("warning:", warning, options.columns, text);
  }
  const std::string tables = steps.against_first
                                 ? BaselineTables(steps, options)
                                 : StepTables(steps, options);
  // Without a limit each stays one line.
  const size_t width =
      options.columns < kTextColumns ? options.columns : kAnyWidth;
  text += !tables.empty()        ? tables
          : options.changed_only ? "\nnothing changed\n"
                                 : "\nnothing to compare\n";
  absl::StrAppend(
      &text,
      steps.against_first
          ? absl::StrCat("\n", BaselineCounts(steps, options.columns))
          : absl::StrCat(StepList(steps, options), "\n"),
      Folded(SummaryLine(steps), width), Folded(Legend(steps), width));
  return text;
}

}  // namespace exitbench
