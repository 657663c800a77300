#include "profile/explain/explain_report.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/string_view.h"
#include "profile/report/counts.h"
#include "results/model/names.h"
#include "results/text/folded.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

constexpr size_t kMostName = 60;
// Smaller costs are shown as 0.
constexpr double kVisible = .0005;
// Of one reason. The JSON has all of them.
constexpr size_t kMostLeftOut = 12;

// With three decimals where it is small, as that of an instruction is.
std::string Cost(double cost) {
  if (std::abs(cost) < kVisible) return "0.000";
  return absl::StrFormat("%.*f", std::abs(cost) < 10 ? 3 : 1, cost);
}

// With a sign, but not before a zero.
std::string SignedPercent(double part) {
  return std::abs(part) < .0005 ? "0.0" : absl::StrFormat("%+.1f", 100 * part);
}

// A term that needs more than its name is called so in text.
absl::string_view LongName(absl::string_view term) {
  if (term == "VM entry") return "VM entry: a world switch";
  if (term == "event") return "event: stamps, and what all have";
  if (term == "TLB flush") return "TLB flush: INVLPG, MOV CR and their like";
  return term;
}

absl::string_view Why(LeftOutFor reason) {
  switch (reason) {
    case LeftOutFor::kRefused:
      return "refused in the profile";
    case LeftOutFor::kIdle:
      return "in which the host idles";
    case LeftOutFor::kNotOk:
      return "not OK in the results";
    case LeftOutFor::kMetric:
      return "without the profile's metric in the results";
    case LeftOutFor::kNoKernel:
      return "without an instruction of the kernel";
    case LeftOutFor::kOtherPath:
      return "with fewer exits than in the profile";
    case LeftOutFor::kNoProfile:
      return "not in the profile";
    case LeftOutFor::kNoResult:
      return "not in the results";
  }
  return "";
}

std::string WhyDropped(const Explanation& e, const Screened& screened) {
  switch (screened.dropped) {
    case Dropped::kNot:
      break;
    case Dropped::kAbsent:
      return "no case has it";
    case Dropped::kCollinear:
      return absl::StrCat("goes with ", e.terms[screened.like].name);
    case Dropped::kFewCases:
      return "too few cases tell it from the others";
    case Dropped::kManyTerms:
      return "too few cases for so many terms";
  }
  return "";
}

std::string HostText(const char* what, const std::string& kernel,
                     const std::string& backend, const std::string& paging,
                     const std::string& cpu, size_t columns) {
  return absl::StrFormat("%s  %s, %s (%s), %s", what, Shortened(kernel, 36),
                         Shortened(backend, 16), Shortened(paging, 10),
                         Shortened(cpu, std::min<size_t>(64, columns - 12)));
}

void AppendHead(const ExplainReport& report, size_t columns,
                std::string& text) {
  const Host& host = report.host;
  const ProfileHost& of = report.profile;
  const Explanation& e = report.explanation;
  absl::StrAppend(&text,
                  HostText("results", host.kernel_release, host.kvm_backend,
                           host.paging, host.cpu_model, columns),
                  ", counts ", Name(Unit::kTicks, host.tick), "\n",
                  HostText("profile", of.kernel_release, of.kvm_backend,
                           of.paging, of.cpu_model, columns),
                  ", by ", Shortened(of.emulator, 24), "\n");
  for (const std::string& why : report.forced) {
    absl::StrAppend(&text, "forced   this is the profile of another host: ",
                    Shortened(why, 200), "\n");
  }
  if (host.cpu_model != of.cpu_model) {
    text +=
        "note     recorded on another CPU: its features and mitigations may "
        "lead to other paths\n";
  }
  if (e.cases.empty()) return;
  size_t runs = 0;
  std::vector<double> spreads;
  for (const ExplainedCase& c : e.cases) {
    runs += c.runs;
    spreads.push_back(c.spread);
  }
  absl::StrAppendFormat(
      &text,
      "cases    %d, %d left out; medians of %.3g runs, which spread by %.2f%% "
      "in the median\n",
      e.cases.size(), e.left_out.size(),
      static_cast<double>(runs) / static_cast<double>(e.cases.size()),
      100 * Median(std::move(spreads)));
}

void AppendModel(const ExplainReport& report, size_t columns,
                 std::string& text) {
  const Explanation& e = report.explanation;
  ColumnTable table(
      {{std::string(Name(Unit::kTicks, report.host.tick)), Align::kPoint, 0},
       {"[low,", Align::kRight, 2},
       {"high]", Align::kRight, 1},
       {"for each", Align::kLeft, 2}});
  std::vector<std::string> dropped, negative;
  for (const ModelTerm& term : e.terms) {
    if (term.screened.dropped != Dropped::kNot) {
      dropped.push_back(
          absl::StrFormat("%s (%s)", term.name, WhyDropped(e, term.screened)));
      continue;
    }
    if (term.interval.high < -kVisible) negative.emplace_back(term.name);
    table.AddRow({{Cost(term.cost)},
                  {absl::StrFormat("[%s,", Cost(term.interval.low))},
                  {Cost(term.interval.high) + "]"},
                  {std::string(LongName(term.name))}});
  }
  absl::StrAppend(&text, "\n", table.Render(false, columns));
  AppendItems("no term for:", dropped, columns, text);
  AppendItems("below 0, so it stands for something else:", negative, columns,
              text);
  if (e.counts_instructions) {
    absl::StrAppend(&text,
                    "The host counts instructions, so one has to cost 1: it ",
                    e.unit_holds ? "does" : "DOES NOT", ".\n");
  }
  absl::StrAppendFormat(
      &text,
      "residuals  %.2f%% in the median, robust sigma %.2f%%, R2 %.4f\n"
      "by others  each case by a fit of all others: off by %.2f%% in the "
      "median, by their mean alone %.2f%%; closer than the mean in %d of %d "
      "cases\n",
      100 * e.median_residual, 100 * e.sigma, e.r_squared,
      100 * e.median_by_others, 100 * e.median_by_mean, e.closer_than_mean,
      e.cases.size());
}

void AppendCases(const Explanation& e, size_t top, size_t columns,
                 std::string& text) {
  ColumnTable table({{"case", Align::kLeft, 0},
                     {"measured", Align::kPoint, 2},
                     {"+-%", Align::kPoint, 2, 2},
                     {"predicted", Align::kPoint, 2},
                     {"residual", Align::kPoint, 2, 1},
                     {"%", Align::kPoint, 2},
                     {"by others %", Align::kPoint, 2, 3},
                     {"instructions", Align::kPoint, 2, 4},
                     {"entries", Align::kPoint, 2, 5},
                     {"", Align::kLeft, 2, 0, "mark"}});
  std::vector<std::string> beyond;
  size_t rows = 0;
  for (const size_t at : e.by_residual) {
    const ExplainedCase& c = e.cases[at];
    const std::string name = Shortened(c.name, kMostName);
    if (!c.holds) beyond.push_back(name);
    if (top != 0 && rows == top) continue;
    ++rows;
    table.AddRow({{name},
                  {absl::StrFormat("%.0f", c.measured)},
                  {absl::StrFormat("%.1f", 100 * c.spread)},
                  {absl::StrFormat("%.0f", c.predicted)},
                  {FormatDelta(std::round(c.measured - c.predicted))},
                  {SignedPercent(c.residual)},
                  {SignedPercent(c.by_others)},
                  {FormatCount(c.counts[0])},
                  {FormatCount(c.counts[1])},
                  {c.holds ? "" : "!"}});
  }
  absl::StrAppend(&text, "\n", table.Render(false, columns));
  if (rows < e.cases.size()) {
    absl::StrAppendFormat(
        &text, "%d more, off by %.2f%% or less (--top=0 shows all)\n",
        e.cases.size() - rows,
        100 * std::abs(e.cases[e.by_residual[rows]].residual));
  }
  absl::StrAppendFormat(&text,
                        "\nwhere it does not hold (!): %d of %d cases are "
                        "beyond %.1f sigma (%.2f%%)%s\n",
                        beyond.size(), e.cases.size(), kBisquare,
                        100 * kBisquare * e.sigma,
                        beyond.empty() ? "" : " and have no weight");
  AppendItems(" ", beyond, columns, text);
}

void AppendLeftOut(const Explanation& e, size_t columns, std::string& text) {
  text += e.left_out.empty() ? "" : "\nleft out of the fit:\n";
  for (int i = 0; i < kLeftOutReasons; ++i) {
    const LeftOutFor reason = static_cast<LeftOutFor>(i);
    std::vector<std::string> names;
    size_t cases = 0;
    for (const LeftOutCase& c : e.left_out) {
      if (c.reason != reason) continue;
      if (++cases <= kMostLeftOut)
        names.push_back(Shortened(c.name, kMostName));
    }
    if (cases > kMostLeftOut) {
      names.push_back(absl::StrFormat("and %d more", cases - kMostLeftOut));
    }
    AppendItems(absl::StrFormat("  %d %s:", cases, Why(reason)), names, columns,
                text);
  }
}

}  // namespace

std::string ExplanationToText(const ExplainReport& report, size_t top,
                              size_t columns) {
  const Explanation& e = report.explanation;
  std::string text;
  AppendHead(report, columns, text);
  if (e.no_model.empty()) {
    AppendModel(report, columns, text);
    AppendCases(e, top, columns, text);
  } else {
    absl::StrAppend(&text, "\nno model: ", e.no_model, "\n");
  }
  AppendLeftOut(e, columns, text);
  return Folded(text, columns);
}

void WriteExplanation(const ExplainReport& report, JsonWriter& json) {
  const Explanation& e = report.explanation;
  const bool has_model = e.no_model.empty();
  json.BeginObject();
  json.Field("kernel", report.host.kernel_release);
  json.Field("kvm_backend", report.host.kvm_backend);
  json.Field("paging", report.host.paging);
  json.Field("cpu_model", report.host.cpu_model);
  json.Field("unit", Name(Unit::kTicks, report.host.tick));
  json.Field("profile_kernel", report.profile.kernel_release);
  json.Field("profile_cpu_model", report.profile.cpu_model);
  json.Field("profile_emulator", report.profile.emulator);
  json.Key("forced");
  json.BeginArray();
  for (const std::string& why : report.forced) json.String(why);
  json.EndArray();
  json.Field("no_model", e.no_model);
  json.Key("terms");
  json.BeginArray();
  for (const ModelTerm& term : e.terms) {
    json.BeginObject();
    json.Field("name", term.name);
    json.Field("dropped", WhyDropped(e, term.screened));
    if (has_model && term.screened.dropped == Dropped::kNot) {
      json.Field("cost", term.cost);
      json.Field("low", term.interval.low);
      json.Field("high", term.interval.high);
    }
    json.EndObject();
  }
  json.EndArray();
  if (has_model) {
    json.Field("sigma", e.sigma);
    json.Field("r_squared", e.r_squared);
    json.Field("median_residual", e.median_residual);
  }
  json.Field("median_by_others", e.median_by_others);
  json.Field("median_by_mean", e.median_by_mean);
  json.Field("closer_than_mean", static_cast<double>(e.closer_than_mean));
  if (has_model && e.counts_instructions) {
    json.Field("instruction_costs_1", e.unit_holds);
  }
  json.Key("cases");
  json.BeginArray();
  for (const ExplainedCase& c : e.cases) {
    json.BeginObject();
    json.Field("name", c.name);
    json.Field("metric", c.metric);
    json.Field("runs", static_cast<double>(c.runs));
    json.Field("measured", c.measured);
    json.Field("spread", c.spread);
    json.Key("counts");
    json.BeginObject();
    for (size_t i = 0; i < e.terms.size(); ++i) {
      json.Field(e.terms[i].name, c.counts[i]);
    }
    json.EndObject();
    if (has_model) {
      json.Field("predicted", c.predicted);
      json.Field("residual", c.residual);
      json.Field("by_others", c.by_others);
      json.Field("holds", c.holds);
    }
    json.EndObject();
  }
  json.EndArray();
  json.Key("left_out");
  json.BeginArray();
  for (const LeftOutCase& c : e.left_out) {
    json.BeginObject();
    json.Field("name", c.name);
    json.Field("reason", Why(c.reason));
    json.Field("detail", c.detail);
    json.EndObject();
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace exitbench
