#include "results/report/report.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/disturbed.h"
#include "results/report/main_metric.h"
#include "results/report/two_places.h"
#include "results/text/folded.h"
#include "results/text/printable.h"
#include "results/text/text_table.h"

namespace exitbench {
namespace {

// Costs per event no further apart than this count as constant.
constexpr double kLinearWithin = 0.05;

// Returns the standard deviation of the runs' IQMs, in percent of their mean.
std::string RunSpread(const Metric& metric) {
  const std::optional<double> spread = SpreadOfRuns(metric);
  return spread.has_value() ? absl::StrFormat("%.1f", 100 * *spread) : "-";
}

bool CountsInstructions(const Host& host) {
  return host.tick == Tick::kInstruction;
}

// Returns ticks as text. Those of a slow counter have digits behind the point.
std::string Ticks(double value, const Host& host) {
  if (host.tick != Tick::kCounter || std::abs(value) >= 1000) {
    return Number(value);
  }
  return absl::StrFormat(std::abs(value) < 10 ? "%.2f" : "%.1f", value);
}

// Returns the step of the clock in ns, if it is so coarse that events were
// judged by means of many. Else 0.
double CoarseStepNs(const Results& results) {
  const bool coarse = absl::c_any_of(results.cases, [](const CaseResult& c) {
    return FindMetric(c, "guest_mean") != nullptr;
  });
  double step_ticks = 0;
  for (const Session& session : results.sessions) {
    step_ticks =
        std::max(step_ticks, session.clock_calibration.clock_quantum_ticks);
  }
  return coarse && results.host.tsc_khz > 0
             ? step_ticks * 1e6 / results.host.tsc_khz
             : 0;
}

std::string Iqm(const CaseResult& c, absl::string_view name, const Host& host) {
  const Metric* metric = FindMetric(c, name);
  return metric == nullptr ? "-" : Ticks(SummarizeAllRuns(*metric).iqm, host);
}

// Returns the time that `value` of a metric is; "-" if it is none.
std::string Ns(double value, Unit unit, const Host& host) {
  if (unit == Unit::kNs) return Number(value);
  if (unit != Unit::kTicks || !(host.tsc_khz > 0)) return "-";
  return Number(value * 1e6 / host.tsc_khz);
}

// Adds two columns that say how far the runs of a metric repeat. For times: the
// time in ns and the spread in percent. For instruction counts: how many runs
// differ, and by how much.
void AddRepeats(const Metric& metric, double value, const Host& host,
                std::vector<std::string>& row) {
  if (CountsInstructions(host)) {
    const Repeats repeats = RepeatsOf(metric);
    const bool repeated = repeats.runs > 1;
    row.push_back(repeated ? absl::StrCat(repeats.differing, "/", repeats.runs)
                           : "-");
    row.push_back(repeated ? Number(repeats.range) : "-");
  } else {
    row.push_back(Ns(value, metric.unit, host));
    row.push_back(RunSpread(metric));
  }
}

// Returns an empty text if exits were not counted.
std::string ExitsPerEvent(const CaseResult& c) {
  const Metric* exits = FirstOf(c, {"exits", "exits_mean"});
  return exits == nullptr
             ? ""
             : absl::StrFormat("%.3g", SummarizeAllRuns(*exits).iqm);
}

std::vector<std::string> MeasuredRow(const CaseResult& c, const Host& host,
                                     bool with_exits) {
  const Metric* guest = SeenByGuest(c);
  const Metric* seen_by_host = SeenByHost(c);
  const Metric* main = MainMetric(c);
  std::vector<std::string> row = {c.name};
  if (with_exits) row.push_back(ExitsPerEvent(c));
  if (main == nullptr) return row;
  const Summary all = SummarizeAllRuns(*main);
  const Metric* control = ControlOf(c);
  row.push_back(guest == nullptr ? "-" : Ticks(all.iqm, host));
  if (guest == nullptr || control == nullptr) {
    row.push_back("-");
    row.push_back("-");
  } else {
    const NetCost net = NetOf(*guest, *control);
    row.push_back(Ticks(net.ticks, host));
    row.push_back(guest->runs.size() < 2 ? "-"
                                         : Ticks(net.standard_deviation, host));
  }
  AddRepeats(*main, all.iqm, host, row);
  // Means of many events have no tail.
  const Metric* single = FindMetric(c, "guest");
  const Summary tail = single == nullptr ? all : SummarizeAllRuns(*single);
  row.push_back(tail.count == 0 ? "-" : Ticks(tail.p99, host));
  row.push_back(seen_by_host == nullptr
                    ? "-"
                    : Ticks(SummarizeAllRuns(*seen_by_host).iqm, host));
  row.push_back(Iqm(c, "exit_leg", host));
  row.push_back(Iqm(c, "entry_leg", host));
  row.push_back(absl::StrCat(c.verdict == Verdict::kProven ? "" : "~",
                             c.unexpected.empty() ? "" : "!"));
  return row;
}

// Shares and rates can be far below one.
std::string Value(double value, Unit unit) {
  if (unit == Unit::kTicks || value >= 100) return Number(value);
  return absl::StrFormat("%.3g", value);
}

std::vector<Cell> Cells(const std::vector<std::string>& texts) {
  std::vector<Cell> cells;
  for (const std::string& text : texts) cells.push_back({Printable(text)});
  return cells;
}

// The metrics that have no column of their own.
std::string FurtherMetrics(const Results& results, size_t columns) {
  const bool instructions = CountsInstructions(results.host);
  ColumnTable table({{"", Align::kLeft},
                     {"", Align::kRight},
                     {"", Align::kRight},
                     {"", Align::kRight, 2, 1, "unit"},
                     {"", Align::kRight, 2, 4, instructions ? "differ" : "ns"},
                     {"", Align::kRight, 2, 2, instructions ? "by" : "+-%"},
                     {"", Align::kRight, 2, 3, "p99"}});
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    for (const Metric& metric : c.metrics) {
      if (absl::c_linear_search(kMetricsInTable, metric.name)) continue;
      const Summary all = SummarizeAllRuns(metric);
      std::vector<std::string> row = {
          c.name, metric.name, Value(all.iqm, metric.unit),
          std::string(Name(metric.unit, results.host.tick))};
      AddRepeats(metric, all.iqm, results.host, row);
      row.push_back(all.count == 0 ? "-" : Value(all.p99, metric.unit));
      table.AddRow(Cells(row));
    }
  }
  const std::string rows = table.Render(false, columns);
  if (rows.empty()) return "";
  return absl::StrCat("Further metrics: value, unit, ",
                      instructions ? "differ, by" : "ns, +-%", ", p99\n", rows);
}

// Says how far the runs of all cases repeat. Empty for hosts that do not count
// instructions.
std::string RepeatsOfAll(const Results& results) {
  if (!CountsInstructions(results.host)) return "";
  size_t repeated = 0, exact = 0;
  double most = 0;
  std::string worst;
  for (const CaseResult& c : results.cases) {
    const Metric* main = MainMetric(c);
    if (c.outcome != Outcome::kOk || main == nullptr) continue;
    const Repeats repeats = RepeatsOf(*main);
    if (repeats.runs < 2) continue;
    ++repeated;
    exact += repeats.differing == 0;
    const double centre = SummarizeAllRuns(*main).iqm;
    if (centre > 0 && repeats.range / centre > most) {
      most = repeats.range / centre;
      worst = c.name;
    }
  }
  if (repeated == 0) return "";
  std::string text = absl::StrFormat("%d of %d cases are the same in all runs",
                                     exact, repeated);
  if (!worst.empty()) {
    absl::StrAppend(&text, "; the furthest apart: ", Printable(worst), ", by ",
                    absl::StrFormat("%.2g%%", 100 * most));
  }
  return text + "\n";
}

// Lists what this host does otherwise than expected. Empty if nothing.
std::string UnexpectedOf(const Results& results) {
  TextTable table;
  for (const CaseResult& c : results.cases) {
    if (c.unexpected.empty()) continue;
    table.AddLine(
        absl::StrCat("UNEXPECTED  ", c.name, ": ",
                     absl::StrJoin(c.unexpected, ", ",
                                   [](std::string* out, const Unexpected& u) {
                                     absl::StrAppend(out, Describe(u));
                                   })));
  }
  const std::string lines = table.ToString();
  if (lines.empty()) return "";
  return absl::StrCat("\n", lines,
                      "  (!: what this host does is a finding; the events are "
                      "confirmed. --strict_expectations fails them)\n");
}

// Says which cases --native did not run, and why. Empty if none.
std::string NotNative(const Results& results) {
  constexpr size_t kMostNames = 3;
  std::map<std::string, std::vector<std::string>> names;
  for (const CaseResult& c : results.cases) {
    if (!c.no_native.empty()) names[c.no_native].push_back(c.name);
  }
  TextTable table;
  for (const auto& [why, of_reason] : names) {
    table.AddLine(absl::StrCat("NOT NATIVE  ",
                               of_reason.size() > kMostNames
                                   ? absl::StrCat(of_reason.size(), " cases")
                                   : absl::StrJoin(of_reason, ", "),
                               ": ", why));
  }
  const std::string lines = table.ToString();
  return lines.empty() ? "" : "\n" + lines;
}

// Returns the VM's configuration as it was given: "pmu:off, slots:100".
std::string ConfigurationOf(const Session& session) {
  std::vector<std::string> parts;
  for (const Fact& fact : session.settings) {
    absl::string_view key = fact.key;
    if (!absl::ConsumePrefix(&key, kVmSettingPrefix)) continue;
    parts.push_back(absl::StrCat(key, ":", fact.value));
  }
  return absl::StrJoin(parts, ", ");
}

// Returns `words` in lines of at most `most` columns. A longer word has a line
// of its own.
std::vector<std::string> Wrapped(const std::vector<std::string>& words,
                                 size_t most) {
  std::vector<std::string> lines;
  for (const std::string& word : words) {
    if (lines.empty() || lines.back().size() + 1 + word.size() > most) {
      lines.push_back(word);
    } else {
      absl::StrAppend(&lines.back(), " ", word);
    }
  }
  return lines;
}

// Lists the cases that are not OK, grouped by cause.
std::string NotOk(const Results& results, size_t columns) {
  constexpr size_t kMostColumns = 90;
  constexpr size_t kMostLines = 3;  // Lines of one cause before it is grouped.
  std::vector<std::pair<Outcome, std::string>> causes;
  std::map<std::pair<Outcome, std::string>, std::vector<std::string>> names;
  for (const CaseResult& c : results.cases) {
    if (c.outcome == Outcome::kOk) continue;
    const std::pair<Outcome, std::string> cause = {c.outcome, c.reason};
    if (names[cause].empty()) causes.push_back(cause);
    names[cause].push_back(c.name);
  }
  TextTable table;
  for (const auto& cause : causes) {
    const std::vector<std::string>& of_cause = names[cause];
    const absl::string_view outcome = Name(cause.first);
    if (of_cause.size() > kMostLines) {
      table.AddLine(absl::StrCat(outcome, "  ", of_cause.size(),
                                 " cases: ", cause.second));
      const size_t indent = outcome.size() + 2;
      for (const std::string& line :
           Wrapped(of_cause, std::min(kMostColumns, columns - indent))) {
        table.AddLine(absl::StrCat(std::string(indent, ' '), line));
      }
      continue;
    }
    for (const std::string& name : of_cause) {
      table.AddLine(absl::StrCat(outcome, "  ", name, ": ", cause.second));
    }
  }
  return table.ToString();
}

// Lists the cost per event at each number of events. Empty if none was
// measured.
std::string Linearity(const Results& results) {
  TextTable table;
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    // By the number of events: the mean of the runs' costs.
    std::map<uint32_t, std::pair<double, int>> by_events;
    for (const LinearityPoint& p : c.linearity) {
      by_events[p.events].first += p.ticks_per_event;
      by_events[p.events].second += 1;
    }
    if (by_events.size() < 2) continue;
    std::vector<std::string> row = {c.name};
    std::vector<double> costs;
    for (const auto& [events, sum] : by_events) {
      costs.push_back(sum.first / sum.second);
      row.push_back(absl::StrCat(Number(costs.back()), " at ", events));
    }
    const auto [least, most] = std::minmax_element(costs.begin(), costs.end());
    // A tick of a slow counter may be more than the whole cost.
    const bool alike =
        *most - *least < (results.host.tick == Tick::kCounter ? 1 : 1e-9);
    // Of a cost that is not above 0 nothing is a part.
    const bool has_parts = *least > 0;
    const double apart = has_parts ? *most / *least - 1 : 0;
    row.push_back(has_parts ? absl::StrFormat("%.1f%%", 100 * apart) : "-");
    row.push_back(alike                    ? "constant"
                  : !has_parts             ? "not known"
                  : apart <= kLinearWithin ? "constant"
                                           : "NOT constant");
    table.AddRow(std::move(row));
  }
  const std::string rows = table.ToString();
  if (rows.empty()) return "";
  return absl::StrCat(
      "Cost per event by the number of events, and how far "
      "apart the costs are:\n",
      rows);
}

// Returns the table of all cases that are OK. Empty if none is.
std::string MeasuredTable(const Results& results, bool with_exits,
                          size_t columns) {
  const bool instructions = CountsInstructions(results.host);
  std::vector<Column> headings = {{"case", Align::kLeft}};
  if (with_exits) headings.push_back({"exits"});
  for (Column& column : std::vector<Column>{
           {"guest"},
           {"net"},
           {"+-", Align::kRight, 2, 1},
           {instructions ? "differ" : "ns", Align::kRight, 2, 3},
           {instructions ? "by" : "+-%", Align::kRight, 2, 2},
           {"p99", Align::kRight, 2, 5},
           {"host", Align::kRight, 2, 4},
           {"exit", Align::kRight, 2, 6},
           {"entry", Align::kRight, 2, 6},
           {""}}) {
    headings.push_back(std::move(column));
  }
  ColumnTable measured(std::move(headings));
  bool any = false;
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    measured.AddRow(Cells(MeasuredRow(c, results.host, with_exits)));
    any = true;
  }
  return any ? measured.Render(false, columns) : "";
}

// Returns what the columns of that table are.
std::string MeasuredLegend(const Results& results, bool with_exits) {
  const bool instructions = CountsInstructions(results.host);
  const double step_ns = CoarseStepNs(results);
  return absl::StrCat(
      "In ", Name(Unit::kTicks, results.host.tick),
      ": interquartile mean of each run, median of the runs.\n",
      with_exits ? "exits  of each event, by the kernel's count\n" : "",
      instructions ? "guest  stamps around the event in the guest; differ (how "
                     "many runs do, by how\n"
                     "       much) is its\n"
      : step_ns > 0
          ? absl::StrFormat(
                "guest  from event to event in the guest, by many: the clock "
                "has steps of %.3g ns;\n"
                "       ns and +-%% (spread of the runs) are its, p99 is of "
                "single events\n",
                step_ns)
          : "guest  stamps around the event in the guest; ns and +-% "
            "(spread of the runs) are its\n",
      "net    guest less its control, +- standard deviation\n"
      "host   KVM_RUN for exits to userspace; doorbell to doorbell, per "
      "event, for others;\n"
      "       the call itself for host calls, the round trip for the host's "
      "interrupts (then\n"
      "       ",
      instructions ? "differ, by" : "ns, +-%",
      " and p99 are its)\n"
      "exit, entry  the legs of the round trip      ~  consistent, not "
      "proven: see show --format=json\n");
}

std::string Header(const Results& r) {
  const Host& h = r.host;
  std::string text =
      absl::StrCat("kernel ", h.kernel_release, ", ", h.kvm_backend, " (",
                   h.paging, "), ", h.cpu_model, "\n");
  std::vector<std::string> parts;
  if (!h.emulator.empty()) parts.push_back("emulated by " + h.emulator);
  if (h.virtual_machine)
    parts.push_back("itself in a VM (" + h.hypervisor + ")");
  if (h.tick == Tick::kInstruction) {
    parts.push_back("a tick is one instruction");
  } else {
    parts.push_back(
        absl::StrFormat("%s %.3f MHz", ClockName(h), h.tsc_khz / 1e3));
  }
  if (!r.sessions.empty()) {
    const Session& s = r.sessions[0];
    const bool fitted =
        std::any_of(s.facts.begin(), s.facts.end(),
                    [](const Fact& fact) { return fact.key == "budget"; });
    parts.push_back(absl::StrCat(r.sessions.size(), " x ", s.rounds,
                                 " runs of ", fitted ? "up to " : "", s.events,
                                 " events"));
    parts.push_back(absl::StrCat("seed ", s.seed));
    parts.push_back("pinned to CPU " + s.cpus);
    const std::string configuration = ConfigurationOf(s);
    if (!configuration.empty()) parts.push_back("VM " + configuration);
  }
  absl::StrAppend(&text, absl::StrJoin(parts, ", "), "\n");
  for (const Fact& fact : h.facts) {
    if (fact.key == "expectations" && fact.value == "untested") {
      text +=
          "no host of this kind has been tested: what is expected of it "
          "may be wrong (doctor shows its features)\n";
    }
  }
  if (r.partial) text += "PARTIAL: the measurement was interrupted\n";
  if (!r.sessions.empty() && r.sessions[0].quick) {
    text += "--quick: for a look; too short to show a change\n";
  }
  std::string clean;
  for (char c : text) {
    clean += c == '\n' ? std::string("\n") : Printable(std::string(1, c));
  }
  return clean;
}

}  // namespace

std::string OutcomeCounts(const Results& results) {
  std::vector<std::string> parts;
  for (Outcome outcome :
       {Outcome::kOk, Outcome::kSkipped, Outcome::kFailed, Outcome::kTimeout}) {
    const auto n = std::count_if(
        results.cases.begin(), results.cases.end(),
        [outcome](const CaseResult& c) { return c.outcome == outcome; });
    if (n > 0) parts.push_back(absl::StrCat(n, " ", Name(outcome)));
  }
  return parts.empty() ? "no cases" : absl::StrJoin(parts, ", ");
}

std::string RenderReport(const Results& results, size_t columns) {
  // Files written before 0.2.0, or on kernels before 5.14, do not have it.
  const bool with_exits = std::any_of(
      results.cases.begin(), results.cases.end(),
      [](const CaseResult& c) { return !ExitsPerEvent(c).empty(); });
  std::string text = Folded(Header(results), columns) + "\n";
  const std::string measured = MeasuredTable(results, with_exits, columns);
  if (!measured.empty()) {
    absl::StrAppend(&text, measured, "\n",
                    Folded(MeasuredLegend(results, with_exits), columns, true));
  }
  text += Folded(RepeatsOfAll(results), columns);
  text += Folded(DisturbedText(results), columns);
  text += Folded(TwoPlacesText(results), columns);
  const std::string further = FurtherMetrics(results, columns);
  if (!further.empty()) absl::StrAppend(&text, "\n", further);
  const std::string linearity = Linearity(results);
  if (!linearity.empty()) {
    absl::StrAppend(&text, "\n", Folded(linearity, columns));
  }
  text += Folded(UnexpectedOf(results), columns);
  text += Folded(NotNative(results), columns);
  const std::string rest = NotOk(results, columns);
  if (!rest.empty()) absl::StrAppend(&text, "\n", Folded(rest, columns));
  absl::StrAppend(&text, "\n", OutcomeCounts(results), "\n");
  return text;
}

}  // namespace exitbench
