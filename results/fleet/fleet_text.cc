#include <algorithm>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "results/fleet/fleet_report.h"
#include "results/fleet/tail.h"
#include "results/model/names.h"
#include "results/text/folded.h"
#include "results/text/printable.h"
#include "results/text/text_table.h"

namespace exitbench {
namespace {

constexpr size_t kMostName = 60;
constexpr size_t kMostFact = 40;
constexpr size_t kMostHosts = 10;
constexpr size_t kMostFacts = 8;

std::string Percent(double ratio) {
  return absl::StrFormat("%+.1f%%", 100 * (ratio - 1));
}

// Groups are called by their number in tables.
std::string GroupName(size_t index) { return absl::StrCat(index + 1); }

std::string Hosts(size_t hosts) {
  return absl::StrCat(hosts, hosts == 1 ? " host" : " hosts");
}

std::string Value(double value) {
  if (value == std::floor(value) && std::abs(value) < 1000) {
    return absl::StrFormat("%.0f", value);
  }
  return std::abs(value) < 100 ? absl::StrFormat("%.3g", value) : Number(value);
}

std::string FactText(const OddFact& fact) {
  if (fact.value.size() > kMostFact || fact.usual.size() > kMostFact) {
    return Printable(fact.key);
  }
  return absl::StrCat(Printable(fact.key), " is ", Printable(fact.value),
                      ", of most ", Printable(fact.usual));
}

std::string OddHostText(const OddHost& host, const FleetText& how) {
  std::string text = absl::StrCat(
      "  ", Shortened(host.host, kMostName), ": ", host.figures.size(),
      host.figures.size() == 1 ? " figure" : " figures", " out");
  absl::StrAppend(&text, host.shifted ? ", as a whole " : ", all together ",
                  Percent(host.shift), "\n");
  ColumnTable table({{"", Align::kLeft, 4},
                     {"", Align::kLeft, 2},
                     {"", Align::kPoint, 2},
                     {"", Align::kPoint, 2},
                     {"", Align::kPoint, 2}});
  for (size_t i = 0; i < std::min(how.top, host.figures.size()); ++i) {
    const OddFigure& figure = host.figures[i];
    const bool has_ratio = figure.value > 0 && figure.usual > 0;
    const bool is_more = figure.value > figure.usual;
    const bool is_bad =
        is_more != (figure.series.direction == Direction::kHigherIsBetter);
    table.AddRow(
        {{absl::StrCat("    ", Shortened(figure.series.case_name, kMostName))},
         {Shortened(figure.series.metric, 16)},
         {Value(figure.value)},
         {absl::StrCat("usual ", Value(figure.usual))},
         {has_ratio ? Percent(figure.value / figure.usual) : "",
          is_bad ? Colour::kBad : Colour::kGood}});
  }
  if (how.top > 0 && !host.figures.empty()) {
    text += table.Render(how.colour, how.columns);
    if (host.figures.size() > how.top) {
      absl::StrAppend(&text, "    and ", host.figures.size() - how.top,
                      " more\n");
    }
  }
  std::vector<std::string> facts;
  for (const OddFact& fact : host.facts) {
    if (facts.size() == kMostFacts) {
      facts.push_back(
          absl::StrCat("and ", host.facts.size() - kMostFacts, " more"));
      break;
    }
    facts.push_back(FactText(fact));
  }
  if (!facts.empty()) {
    absl::StrAppend(&text, "    differs: ", absl::StrJoin(facts, "; "), "\n");
  }
  return text;
}

std::string OddText(const FleetReport& report, const FleetText& how) {
  std::string text;
  for (size_t i = 0; i < report.groups.size(); ++i) {
    const FleetGroupReport& group = report.groups[i];
    if (!group.tested) {
      absl::StrAppend(&text, "group ", GroupName(i), ": ", Hosts(group.hosts),
                      ", too few to tell which stand out (from ", kLeastHosts,
                      " on)\n");
      continue;
    }
    absl::StrAppend(&text, "group ", GroupName(i), ": ", group.odd.size(),
                    " of ", Hosts(group.hosts), " stand out\n");
    for (const OddHost& host : group.odd) text += OddHostText(host, how);
  }
  return text;
}

std::string FailedText(const FleetReport& report) {
  std::string text;
  for (size_t i = 0; i < report.groups.size(); ++i) {
    for (const FailedCase& failed : report.groups[i].failed) {
      std::vector<std::string> names;
      for (const std::string& host : failed.hosts) {
        if (names.size() == kMostHosts) {
          names.push_back("..");
          break;
        }
        names.push_back(Shortened(host, kMostName));
      }
      absl::StrAppend(&text, "FAILED or TIMEOUT in group ", GroupName(i), ": ",
                      Shortened(failed.case_name, kMostName), " on ",
                      Hosts(failed.hosts.size()), ": ",
                      absl::StrJoin(names, ", "), "\n");
    }
  }
  return text;
}

std::string PairText(const KernelPair& pair,
                     const std::map<std::string, size_t>& numbers,
                     const FleetText& how) {
  std::string text = absl::StrCat(
      "group ", GroupName(numbers.at(pair.old_label)), " -> ",
      GroupName(numbers.at(pair.new_label)), ", on ", Hosts(pair.hosts),
      " that are in both: ", pair.worse, " worse, ", pair.better, " better\n");
  if (pair.hosts < pair.needed_hosts) {
    absl::StrAppend(&text, "  ", Hosts(pair.hosts),
                    " can't show a change of so many figures: ",
                    pair.needed_hosts, " could, or diff by host\n");
  }
  ColumnTable table({{"case", Align::kLeft, 2},
                     {"metric", Align::kLeft, 2},
                     {"hosts", Align::kRight, 2, 2},
                     {"old", Align::kPoint, 2, 1},
                     {"new", Align::kPoint, 2, 1},
                     {"change", Align::kPoint, 2},
                     {"95%", Align::kLeft, 2, 3},
                     {"", Align::kLeft, 2}});
  bool any = false;
  for (const PairedFigure& figure : pair.figures) {
    if (figure.change == PairChange::kSame ||
        figure.change == PairChange::kUnsure) {
      continue;
    }
    any = true;
    const bool counts = figure.change == PairChange::kChanged;
    table.AddRow(
        {{absl::StrCat("  ", Shortened(figure.series.case_name, kMostName))},
         {Shortened(figure.series.metric, 16)},
         {absl::StrCat(figure.hosts)},
         {Value(figure.old_median)},
         {Value(figure.new_median)},
         {counts ? "" : Percent(figure.ratio)},
         {figure.high > 0
              ? absl::StrCat(Percent(figure.low), " ", Percent(figure.high))
              : ""},
         {std::string(Name(figure.change)),
          figure.change == PairChange::kWorse    ? Colour::kBad
          : figure.change == PairChange::kBetter ? Colour::kGood
                                                 : Colour::kNone}});
  }
  if (any) text += table.Render(how.colour, how.columns);
  return text;
}

std::string SpreadText(const FleetGroupReport& group, size_t index,
                       const FleetText& how) {
  ColumnTable table({{"case", Align::kLeft, 0},
                     {"metric", Align::kLeft, 2},
                     {"hosts", Align::kRight, 2, 2},
                     {"median", Align::kPoint, 2},
                     {"+-%", Align::kPoint, 2},
                     {"p5", Align::kPoint, 2, 1},
                     {"p95", Align::kPoint, 2, 1},
                     {"min", Align::kPoint, 2, 3},
                     {"max", Align::kPoint, 2, 3}});
  for (const Spread& spread : group.spreads) {
    // One host has no spread, which is not one of 0.
    const bool one = spread.hosts < 2;
    table.AddRow({{Shortened(spread.series.case_name, kMostName)},
                  {Shortened(spread.series.metric, 16)},
                  {absl::StrCat(spread.hosts)},
                  {Value(spread.median)},
                  {one ? "-" : absl::StrFormat("%.1f", 100 * spread.deviation)},
                  {one ? "-" : Value(spread.p5)},
                  {one ? "-" : Value(spread.p95)},
                  {one ? "-" : Value(spread.min)},
                  {one ? "-" : Value(spread.max)}});
  }
  return absl::StrCat("group ", GroupName(index), ", in ",
                      Name(Unit::kTicks, group.key.tick), ":\n",
                      table.Render(how.colour, how.columns));
}

}  // namespace

std::string FleetToText(const FleetReport& report, const FleetText& how) {
  std::string text = absl::StrCat(
      Hosts(report.hosts), ", ", report.files,
      report.files == 1 ? " file, " : " files, ", report.groups.size(),
      report.groups.size() == 1 ? " group" : " groups", "\n");
  std::map<std::string, size_t> numbers;
  for (size_t i = 0; i < report.groups.size(); ++i) {
    const FleetGroupReport& group = report.groups[i];
    numbers.emplace(group.label, i);
    absl::StrAppend(&text, "group ", GroupName(i), ": ", Hosts(group.hosts),
                    ": ", Printable(group.label), "\n");
    for (const std::string& warning : group.warnings) {
      absl::StrAppend(&text, "  warning: ", Printable(warning), "\n");
    }
  }
  absl::StrAppend(&text, "\n", OddText(report, how), FailedText(report));
  if (report.tests > 0) {
    absl::StrAppend(
        &text,
        absl::StrFormat("of %d tests; the chance that any host is listed "
                        "though all are alike is at most %.3g%%\n",
                        report.tests, 100 * report.options.alpha));
  }
  text = Folded(text, how.columns);
  for (const KernelPair& pair : report.pairs) {
    absl::StrAppend(&text, "\n", PairText(pair, numbers, how));
  }
  for (size_t i = 0; i < report.groups.size(); ++i) {
    absl::StrAppend(&text, "\n", SpreadText(report.groups[i], i, how));
  }
  return text;
}

}  // namespace exitbench
