#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "results/model/names.h"
#include "results/report/diff_report.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

// Returns the unit for the first column, whose heading says what a tick is.
absl::string_view UnitName(Unit unit) {
  return unit == Unit::kTicksPerByte ? "/byte" : Name(unit, Tick::kTsc);
}

std::string FormatSpread(double spread) {
  const double percent = 100 * spread;
  if (percent >= 1000) return "±>999%";
  return percent < 9.95 ? absl::StrFormat("±%.1f%%", percent)
                        : absl::StrFormat("±%.0f%%", percent);
}

std::string FormatP(double p) {
  return p < .001 ? "<.001" : absl::StrFormat("%.3f", p);
}

std::string FormatBound(double ratio, absl::string_view open,
                        absl::string_view close) {
  if (!std::isfinite(ratio)) return absl::StrCat(open, "?", close);
  double percent = 100 * (ratio - 1);
  if (std::abs(percent) < .05) percent = 0;  // No "-0.0".
  return absl::StrCat(open,
                      std::abs(percent) < 999.95
                          ? absl::StrFormat("%+.1f", percent)
                          : absl::StrFormat("%+.0f", percent),
                      close);
}

std::string ChangeText(const MetricDiff& m, bool forced) {
  std::string text(Name(m.change));
  if (m.change == Change::kUnsure && m.runs_to_settle > 0) {
    // Two digits: the estimate is not more precise.
    size_t runs = m.runs_to_settle, unit = 1;
    while (runs / unit >= 100) unit *= 10;
    runs = (runs + unit - 1) / unit * unit;
    absl::StrAppend(&text, ", ~", runs, " runs");
  }
  if (forced) absl::StrAppend(&text, " (forced)");
  return text;
}

void AddMetricRow(const MetricDiff& m, bool forced, bool show_runs,
                  ColumnTable& table) {
  const Colour colour = ColourOf(m.change);
  const bool both = m.baseline.runs > 0 && m.candidate.runs > 0;
  const bool tested = both && !m.exact && m.change != Change::kNotComparable;
  // Where the upper bound is infinite, the lower one is no bound either.
  const bool has_interval = std::isfinite(m.ratio_high);
  const auto centre = [&m](const Centre& c, std::vector<Cell>& cells) {
    cells.push_back({c.runs == 0 ? "-" : FormatValue(c.value)});
    cells.push_back({c.runs == 0 || (m.exact && c.spread == 0)
                         ? ""
                         : FormatSpread(c.spread),
                     Colour::kDim});
  };
  std::vector<Cell> cells;
  cells.push_back({MetricLabel(m.metric, m.unit)});
  centre(m.baseline, cells);
  centre(m.candidate, cells);
  cells.push_back({both ? FormatChange(m.ratio, m.exact) : "", colour});
  cells.push_back(
      {tested ? FormatBound(has_interval ? m.ratio_low : NAN, "[", ",") : ""});
  cells.push_back({tested ? FormatBound(m.ratio_high, "", "]") : ""});
  cells.push_back({tested ? FormatP(m.p_adjusted) : m.exact ? "exact" : ""});
  cells.push_back(
      {show_runs ? absl::StrCat(m.baseline.runs, "+", m.candidate.runs) : ""});
  cells.push_back({ChangeText(m, forced), colour});
  table.AddRow(std::move(cells));
  AddModesLine("OLD", m.baseline.modes, table);
  AddModesLine("NEW", m.candidate.modes, table);
  AddDisagreementLine("", m.disagreement, m.baseline.value, m.candidate.value,
                      table);
}

std::string CaseLine(const CaseDiff& c) {
  std::string line = Shortened(c.name, 60);
  if (c.change == CaseChange::kCompared) return line;
  absl::StrAppend(&line, "  ", Name(c.change));
  if (c.change == CaseChange::kOtherPayload) {
    absl::StrAppend(&line, ": not comparable");
  } else if (c.change == CaseChange::kRecovered) {
    absl::StrAppend(&line, ": was ", Name(c.baseline));
  } else if (c.candidate != Outcome::kOk && c.change != CaseChange::kRemoved) {
    absl::StrAppend(&line, ": ", Name(c.candidate));
    if (!c.reason.empty()) absl::StrAppend(&line, ", ", Printable(c.reason));
  }
  return Shortened(line, kTextColumns);
}

Colour ColourOf(CaseChange change) {
  if (change == CaseChange::kNewlyFailing) return Colour::kBad;
  if (change == CaseChange::kRecovered) return Colour::kGood;
  return Colour::kNone;
}

bool Shown(const CaseDiff& c, bool changed_only) {
  if (c.change == CaseChange::kNotRun) return false;
  if (!changed_only) return true;
  if (c.change == CaseChange::kStillFailing) return false;
  if (c.change != CaseChange::kCompared) return true;
  return std::any_of(c.metrics.begin(), c.metrics.end(),
                     [](const MetricDiff& m) { return IsChanged(m.change); });
}

// Returns "15 runs a side"; empty if the metrics differ in their runs.
std::string RunsOfAll(const Diff& diff) {
  const MetricDiff* first = nullptr;
  for (const CaseDiff& c : diff.cases) {
    for (const MetricDiff& m : c.metrics) {
      if (first == nullptr) first = &m;
      if (m.baseline.runs != first->baseline.runs ||
          m.candidate.runs != first->candidate.runs) {
        return "";
      }
    }
  }
  if (first == nullptr) return "";
  if (first->baseline.runs == first->candidate.runs) {
    return absl::StrCat(first->baseline.runs, first->baseline.runs == 1
                                                  ? " run a side"
                                                  : " runs a side");
  }
  return absl::StrCat(first->baseline.runs, " runs against ",
                      first->candidate.runs);
}

std::string TableText(const Diff& diff, bool show_runs,
                      const ReportOptions& options) {
  ColumnTable table(
      {{absl::StrCat("(", Name(Unit::kTicks, diff.tick), ")"), Align::kLeft, 0},
       {"OLD", Align::kPoint, 2, 1},
       {"", Align::kRight, 1, 2, "spread of OLD"},
       {"NEW", Align::kPoint, 2},
       {"", Align::kRight, 1, 2, "of NEW"},
       {"change", Align::kPoint, 2},
       {"[low,", Align::kRight, 1, 4, "interval"},
       {"high]", Align::kRight, 1, 4, "interval"},
       {"p", Align::kRight, 2, 3},
       {show_runs ? "n" : "", Align::kRight, 2, 5},
       {"verdict", Align::kLeft, 2}});
  absl::string_view family;
  bool any = false;
  for (const CaseDiff& c : diff.cases) {
    if (!Shown(c, options.changed_only)) continue;
    if (any && Family(c.name) != family) table.AddLine("");
    any = true;
    family = Family(c.name);
    table.AddLine(CaseLine(c), ColourOf(c.change));
    for (const MetricDiff& m : c.metrics) {
      if (options.changed_only && !IsChanged(m.change)) continue;
      AddMetricRow(m, diff.forced, show_runs, table);
    }
  }
  return any ? table.Render(options.colour, options.columns) : "";
}

void AddCount(size_t count, absl::string_view what,
              std::vector<std::string>& parts) {
  if (count > 0) parts.push_back(absl::StrCat(count, " ", what));
}

std::string SummaryText(const Diff& diff, const std::string& runs,
                        size_t columns) {
  const DiffCounts& n = diff.counts;
  std::vector<std::string> parts = {
      absl::StrCat(n.worse, " worse"), absl::StrCat(n.better, " better"),
      absl::StrFormat("%d same within %.3g%%", n.same, 100 * diff.threshold),
      absl::StrCat(n.unsure, " unsure")};
  AddCount(n.lost_metrics, "lost (removed, not comparable)", parts);
  std::string text;
  AppendWrapped("metrics:",
                absl::StrCat(absl::StrJoin(parts, ", "),
                             runs.empty() ? "" : absl::StrCat(" (", runs, ")")),
                columns, text);
  size_t compared = 0, skipped = 0, still_failing = 0;
  for (const CaseDiff& c : diff.cases) {
    compared += c.change == CaseChange::kCompared;
    skipped += c.change == CaseChange::kNotRun;
    still_failing += c.change == CaseChange::kStillFailing;
  }
  parts = {absl::StrCat(compared, " compared")};
  AddCount(n.newly_failing, "newly failing", parts);
  AddCount(n.recovered, "recovered", parts);
  AddCount(n.lost, "lost (removed, newly skipped, other payload)", parts);
  AddCount(n.added, "added", parts);
  AddCount(still_failing, "failing on both sides", parts);
  AddCount(skipped, "skipped on both", parts);
  AppendWrapped("cases:", absl::StrJoin(parts, ", "), columns, text);
  if (diff.shift_cases >= kLeastShiftCases) {
    AppendWrapped("common shift:",
                  absl::StrCat(FormatChange(diff.common_shift, false),
                               " in the median of ", diff.shift_cases,
                               " cases (shown apart, not taken off)"),
                  columns, text);
  }
  if (diff.tests > 0 && diff.session_noise.has_value()) {
    const SessionNoise& noise = *diff.session_noise;
    absl::StrAppendFormat(&text,
                          "noise: %s differ by %.1f%% in a typical case, runs "
                          "within one by %.1f%%\n",
                          noise.paired ? "neighbouring sessions" : "sessions",
                          100 * noise.sessions, 100 * noise.runs);
  }
  if (diff.tests > 0) {
    AppendWrapped("change:",
                  absl::StrCat("Hodges-Lehmann, of OLD, with 95% interval; p: "
                               "Mann-Whitney, Holm over ",
                               diff.tests, " tests"),
                  columns, text);
  }
  return text;
}

std::string SideLine(absl::string_view name, const SideFacts& side,
                     bool by_settings, size_t columns) {
  const std::string head =
      absl::StrCat(name, "  ", Shortened(side.kernel, 36), "  ",
                   Shortened(side.backend, 10), "  ");
  const std::string sample = absl::StrCat(
      "  ", side.sessions, side.sessions == 1 ? " session" : " sessions",
      " of ", side.boots, side.boots == 1 ? " boot" : " boots");
  const size_t used = head.size() + sample.size();
  const size_t room = columns > used + 24 ? columns - used : 24;
  return Folded(absl::StrCat(head,
                             by_settings ? Shortened(side.name, room)
                                         : Shortened(side.label, 24),
                             sample, "\n"),
                columns < kTextColumns ? columns : kAnyWidth);
}

std::string HeaderText(const Diff& diff, size_t columns) {
  const bool by_settings = !diff.settings_changed.empty();
  std::string text;
  if (by_settings)
    AppendWrapped("setting:", diff.settings_changed, columns, text);
  absl::StrAppend(&text, SideLine("OLD", diff.baseline, by_settings, columns),
                  SideLine("NEW", diff.candidate, by_settings, columns));
  return text;
}

std::string DifferencesText(const Diff& diff, size_t columns) {
  std::string text;
  std::vector<std::string> notes;
  for (const Difference& d : diff.differences) {
    if (d.action == Action::kNote) {
      if (d.what != "kernel") notes.push_back(d.what);
      continue;
    }
    const absl::string_view head =
        d.action == Action::kWarn ? "differs: " : "UNLIKE: ";
    absl::StrAppend(&text, head, FormatDifference(d, columns - head.size()),
                    "\n");
  }
  if (notes.empty()) return text;
  absl::StrAppend(&text,
                  Shortened(absl::StrCat("differs, as expected: ",
                                         absl::StrJoin(notes, ", ")),
                            columns),
                  "\n");
  return text;
}

}  // namespace

std::string MetricLabel(absl::string_view metric, Unit unit) {
  // The heading of the column names ticks.
  const absl::string_view name = unit == Unit::kTicks ? "" : UnitName(unit);
  return absl::StrCat("  ", Shortened(metric, 16), name.empty() ? "" : " ",
                      name);
}

absl::string_view Name(Change change) {
  switch (change) {
    case Change::kSame:
      return "same";
    case Change::kBetter:
      return "better";
    case Change::kWorse:
      return "worse";
    case Change::kUnsure:
      return "unsure";
    case Change::kAdded:
      return "added";
    case Change::kRemoved:
      return "removed";
    case Change::kNotComparable:
      return "not comparable";
  }
  return "unknown";
}

absl::string_view Name(CaseChange change) {
  switch (change) {
    case CaseChange::kCompared:
      return "compared";
    case CaseChange::kAdded:
      return "added";
    case CaseChange::kRemoved:
      return "removed";
    case CaseChange::kNewlyFailing:
      return "newly failing";
    case CaseChange::kNewlySkipped:
      return "newly skipped";
    case CaseChange::kRecovered:
      return "recovered";
    case CaseChange::kStillFailing:
      return "still failing";
    case CaseChange::kNotRun:
      return "skipped on both";
    case CaseChange::kOtherPayload:
      return "other payload";
  }
  return "unknown";
}

Colour ColourOf(Change change) {
  if (change == Change::kBetter) return Colour::kGood;
  if (change == Change::kWorse) return Colour::kBad;
  return change == Change::kUnsure ? Colour::kDim : Colour::kNone;
}

absl::string_view Name(Disagreement disagreement) {
  switch (disagreement) {
    case Disagreement::kNone:
      return "none";
    case Disagreement::kDrift:
      return "drift";
    case Disagreement::kTwoPlaces:
      return "two places";
    case Disagreement::kSkewed:
      return "skewed";
  }
  return "unknown";
}

void AddModesLine(absl::string_view side, const std::optional<TwoModes>& modes,
                  ColumnTable& table) {
  if (!modes.has_value()) return;
  table.AddLine(
      absl::StrFormat("    %s lies in two places: %s (%d) and %s (%d)", side,
                      FormatValue(modes->low.value), modes->low.runs,
                      FormatValue(modes->high.value), modes->high.runs),
      Colour::kDim);
}

void AddDisagreementLine(absl::string_view side, Disagreement why,
                         double old_value, double new_value,
                         ColumnTable& table) {
  if (why == Disagreement::kNone) return;
  // Short enough for a table of 60 columns.
  const absl::string_view because =
      why == Disagreement::kDrift       ? "leaves out shared drift"
      : why == Disagreement::kTwoPlaces ? "is over all pairs (two places)"
                                        : "is over all pairs (skewed)";
  table.AddLine(absl::StrCat("    ", side, side.empty() ? "" : " ", "medians: ",
                             FormatChange(new_value / old_value, false),
                             "; change ", because),
                Colour::kDim);
}

std::string FormatValue(double value) {
  const double size = std::abs(value);
  if (size >= 1e9 || (size > 0 && size < 1e-4)) {
    return absl::StrFormat("%.3e", value);
  }
  const int decimals = size >= 10000 ? 0
                       : size >= 100 ? 1
                       : size >= 10  ? 2
                       : size >= 1   ? 3
                       : size > 0    ? 4
                                     : 0;
  return absl::StrFormat("%.*f", decimals, value);
}

std::string FormatChange(double ratio, bool exact) {
  if (!std::isfinite(ratio)) return "?";
  double percent = 100 * (ratio - 1);
  int decimals = 1;
  if (exact) {
    while (percent != 0 && decimals < 6 &&
           std::abs(percent) < 10 * std::pow(10, -decimals)) {
      ++decimals;
    }
  }
  // No "-0.0".
  if (std::abs(percent) < .5 * std::pow(10, -decimals)) percent = 0;
  return absl::StrFormat("%+.*f%%", decimals, percent);
}

absl::string_view Family(absl::string_view case_name) {
  return case_name.substr(0, case_name.find('/'));
}

std::string DiffToText(const Diff& diff, const ReportOptions& options) {
  std::string text = absl::StrCat(HeaderText(diff, options.columns),
                                  DifferencesText(diff, options.columns));
  for (const std::string& warning : diff.warnings) {
    AppendWrapped("warning:", warning, options.columns, text);
  }
  if (diff.refused) return text;
  const std::string runs = RunsOfAll(diff);
  const std::string table = TableText(diff, runs.empty(), options);
  text += "\n";
  if (table.empty()) {
    text += options.changed_only ? "nothing changed\n" : "nothing to compare\n";
  } else {
    text += table;
  }
  absl::StrAppend(&text, "\n", SummaryText(diff, runs, options.columns));
  return text;
}

}  // namespace exitbench
