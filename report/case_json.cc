#include "report/case_json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "report/bins.h"
#include "report/case_list.h"
#include "report/plot_number.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/diff_report.h"
#include "results/report/main_metric.h"

namespace exitbench {
namespace {

// Sides of which all is shown.
constexpr size_t kSidesInFull = 2;
// Bins of a plot of the main metric and of others, and of one with many sides:
// all plots share the bytes of the page.
constexpr size_t kBinsInFull = 80, kBinsOfOthers = 32, kBinsOfMany = 24;
// More sides than this are shown without distributions.
constexpr size_t kMostSidesWithBins = 16;

// What is the same for all cases.
struct Page {
  bool in_full;
  StringTable& strings;
  JsonWriter& json;

  void Text(absl::string_view key, const std::string& text) {
    if (text.empty()) return;
    json.Key(key);
    strings.Write(text, json);
  }
};

bool IsJudgedMetric(const Metric& metric) {
  return metric.gating || metric.direction == Direction::kExact;
}

void WriteSentences(absl::string_view key,
                    const std::vector<std::string>& sentences,
                    JsonWriter& json) {
  if (sentences.empty()) return;
  json.Key(key);
  json.BeginArray();
  for (const std::string& sentence : sentences) json.String(sentence);
  json.EndArray();
}

std::vector<std::string> UnexpectedSentences(const CaseResult& c) {
  std::vector<std::string> sentences;
  for (const Unexpected& u : c.unexpected) sentences.push_back(Describe(u));
  return sentences;
}

std::vector<std::string> ExitReasonSentences(const CaseResult& c) {
  std::vector<std::string> sentences;
  for (const ExitReasonCount& r : c.exit_reasons) {
    sentences.push_back(absl::StrCat(r.exits, " exits by ", r.reasons, " in ",
                                     r.events, " events, ", r.control_exits,
                                     " in the control"));
  }
  return sentences;
}

void WriteLinearity(const CaseResult& c, JsonWriter& json) {
  if (c.linearity.empty()) return;
  json.Key("linearity");
  json.BeginArray();
  for (const LinearityPoint& point : c.linearity) {
    json.BeginArray();
    json.Integer(point.events);
    json.Number(point.ticks_per_event);
    json.EndArray();
  }
  json.EndArray();
}

void WriteNet(const CaseResult& c, JsonWriter& json) {
  const Metric* guest = SeenByGuest(c);
  const Metric* control = ControlOf(c);
  if (guest == nullptr || control == nullptr) return;
  const NetCost net = NetOf(*guest, *control);
  json.Key("net");
  json.BeginArray();
  json.Number(net.ticks);
  if (guest->runs.size() < 2) {
    json.Null();
  } else {
    json.Number(net.standard_deviation);
  }
  json.EndArray();
}

void WriteRuns(const CaseResult& c, Page& page) {
  JsonWriter& json = page.json;
  std::string runs, events;
  for (const Run& run : c.runs) {
    const absl::string_view comma = runs.empty() ? "" : ",";
    absl::StrAppend(&runs, comma, run.session, " ", run.round, " ",
                    run.attempt);
    absl::StrAppend(&events, comma, run.events);
  }
  json.Key("runs");
  json.BeginArray();
  page.strings.Write(runs, json);
  page.strings.Write(events, json);
  json.EndArray();
}

void WriteDisturbed(const CaseResult& c, Page& page) {
  const auto is_disturbed = [](const Run& run) { return run.disturbed; };
  if (std::none_of(c.runs.begin(), c.runs.end(), is_disturbed)) return;
  JsonWriter& json = page.json;
  json.Key("disturbed");
  json.BeginArray();
  for (size_t i = 0; i < c.runs.size(); ++i) {
    if (!c.runs[i].disturbed) continue;
    json.BeginArray();
    json.Integer(i);
    page.strings.Write(c.runs[i].disturbance, json);
    json.EndArray();
  }
  json.EndArray();
}

void WriteMetric(const Metric& metric, Tick tick, Page& page) {
  JsonWriter& json = page.json;
  const Summary all = SummarizeAllRuns(metric);
  json.BeginArray();
  page.strings.Write(absl::StrCat(metric.name, "\n", Name(metric.unit, tick),
                                  "\n", Name(metric.direction), "\n",
                                  IsJudgedMetric(metric) ? "judged" : ""),
                     json);
  json.Number(all.iqm);
  WritePlotNumber(
      SpreadOfRuns(metric).value_or(std::numeric_limits<double>::quiet_NaN()),
      json);
  // Slim files have no more.
  if (all.count > 0 && page.in_full) {
    WritePlotNumber(all.p99, json);
    json.Integer(all.count);
    for (const double value : {all.mean, all.standard_deviation, all.min,
                               all.p50, all.p90, all.p999, all.max}) {
      WritePlotNumber(value, json);
    }
  }
  json.EndArray();
}

void WritePoints(const CaseResult& c, const Metric& metric, Page& page) {
  JsonWriter& json = page.json;
  std::vector<std::optional<double>> of_runs(c.runs.size());
  for (const RunStatistics& statistics : metric.runs) {
    if (statistics.run < of_runs.size()) {
      of_runs[statistics.run] = statistics.summary.iqm;
    }
  }
  json.BeginArray();
  page.strings.Write(metric.name, json);
  json.BeginArray();
  for (const std::optional<double>& figure : of_runs) {
    if (figure.has_value()) {
      WritePlotNumber(*figure, json);
    } else {
      json.Null();
    }
  }
  json.EndArray();
  json.EndArray();
}

void WriteCaseOfSide(const CaseResult& c, Tick tick,
                     absl::string_view main_metric, Page& page) {
  JsonWriter& json = page.json;
  json.BeginObject();
  json.Field("outcome", Name(c.outcome));
  json.Field("verdict", Name(c.verdict));
  json.Field("hash", c.code_hash);
  page.Text("reason", c.reason);
  page.Text("proof", c.proof);
  page.Text("no_legs", c.no_legs);
  WriteSentences("unexpected", UnexpectedSentences(c), json);
  WriteSentences("reasons", ExitReasonSentences(c), json);
  WriteLinearity(c, json);
  WriteNet(c, json);
  WriteRuns(c, page);
  WriteDisturbed(c, page);
  json.Key("metrics");
  json.BeginArray();
  for (const Metric& metric : c.metrics) WriteMetric(metric, tick, page);
  json.EndArray();
  json.Key("points");
  json.BeginArray();
  for (const Metric& metric : c.metrics) {
    if (page.in_full || metric.name == main_metric) {
      WritePoints(c, metric, page);
    }
  }
  json.EndArray();
  json.EndObject();
}

void WriteBins(const std::string& metric, size_t most, const ReportCase& c,
               Page& page) {
  JsonWriter& json = page.json;
  std::vector<const Histogram*> histograms;
  for (const CaseResult* of_side : c.sides) {
    const Metric* found =
        of_side == nullptr ? nullptr : FindMetric(*of_side, metric);
    histograms.push_back(found == nullptr ? nullptr : &found->histogram);
  }
  const Bins bins = BinsOf(histograms, most);
  if (bins.segments.empty()) return;
  json.BeginArray();
  page.strings.Write(metric, json);
  json.BeginArray();
  for (const BinSegment& segment : bins.segments) {
    json.Number(segment.lower);
    json.Number(segment.width);
    json.Integer(segment.bins);
  }
  json.EndArray();
  json.BeginArray();
  for (const BinnedCounts& side : bins.sides) {
    if (side.total == 0) {
      json.Integer(0);
      continue;
    }
    json.BeginArray();
    for (const uint64_t count : {side.total, side.below, side.above}) {
      json.Integer(count);
    }
    for (const uint64_t count : side.counts) json.Integer(count);
    json.EndArray();
  }
  json.EndArray();
  json.EndArray();
}

// Returns the names of the metrics that some side has, each once.
std::vector<std::string> MetricsOf(const ReportCase& c) {
  std::vector<std::string> names;
  for (const CaseResult* side : c.sides) {
    if (side == nullptr) continue;
    for (const Metric& metric : side->metrics) {
      if (std::find(names.begin(), names.end(), metric.name) == names.end()) {
        names.push_back(metric.name);
      }
    }
  }
  return names;
}

void WriteCase(const ReportCase& c, const ReportInput& input, Page& page) {
  JsonWriter& json = page.json;
  const std::string main_metric = MainMetricOf(c);
  json.BeginObject();
  json.Field("name", c.any->name);
  json.Field("family", Family(c.any->name));
  json.Field("measures", c.any->measures);
  json.Field("ring", static_cast<double>(c.any->ring));
  page.Text("main", main_metric);
  if (input.sides.size() <= kMostSidesWithBins) {
    json.Key("bins");
    json.BeginArray();
    for (const std::string& metric : MetricsOf(c)) {
      const bool is_main = metric == main_metric;
      if (!page.in_full && !is_main) continue;
      const size_t most = !page.in_full ? kBinsOfMany
                          : is_main     ? kBinsInFull
                                        : kBinsOfOthers;
      WriteBins(metric, most, c, page);
    }
    json.EndArray();
  }
  json.Key("sides");
  json.BeginArray();
  for (size_t i = 0; i < c.sides.size(); ++i) {
    if (c.sides[i] == nullptr) {
      json.Null();
    } else {
      WriteCaseOfSide(*c.sides[i], input.results[i].host.tick, main_metric,
                      page);
    }
  }
  json.EndArray();
  json.EndObject();
}

}  // namespace

void WriteCases(const ReportInput& input, StringTable& strings,
                JsonWriter& json) {
  const bool in_full = input.sides.size() <= kSidesInFull;
  Page page{in_full, strings, json};
  json.BeginArray();
  for (const ReportCase& c : CasesOf(input.results)) WriteCase(c, input, page);
  json.EndArray();
}

}  // namespace exitbench
