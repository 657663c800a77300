#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/export.h"
#include "results/text/digits.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

struct Family {
  absl::string_view name;
  absl::string_view unit;  // The end of the name, or nothing.
  absl::string_view help;
};

constexpr Family kSeconds = {"exitbench_cost_seconds", "seconds",
                             "What an event costs: the median of the runs"};
constexpr Family kInstructions = {
    "exitbench_cost_instructions", "instructions",
    "What an event costs on a host that counts instructions: the median of the "
    "runs"};
constexpr Family kEvents = {
    "exitbench_per_event", "",
    "How often something happened per event: the median of the runs"};
constexpr Family kBytes = {"exitbench_size_bytes", "bytes",
                           "A size: the median of the runs"};
constexpr Family kTicksPerByte = {
    "exitbench_ticks_per_byte", "",
    "What a byte costs, in ticks: the median of the runs"};
constexpr Family kRate = {"exitbench_rate_bytes_per_second", "",
                          "A rate: the median of the runs"};
constexpr Family kRatio = {"exitbench_ratio", "ratio",
                           "A ratio: the median of the runs"};
constexpr Family kSpread = {
    "exitbench_runs_deviation", "",
    "Standard deviation of the runs, in the unit of the figure"};
constexpr Family kOutcome = {
    "exitbench_case_outcome", "",
    "1 for the outcome that the case has: OK, SKIPPED, FAILED or TIMEOUT"};
constexpr Family kHost = {"exitbench_host", "", "1; where this was measured"};

struct Placed {
  Family family;
  double scale = 1;
};

Placed FamilyOf(Unit unit, const Host& host) {
  switch (unit) {
    case Unit::kTicks:
      return IsTime(host.tick) && host.tsc_khz > 0
                 ? Placed{kSeconds, 1e-3 / host.tsc_khz}
                 : Placed{kInstructions, 1};
    case Unit::kNs:
      return {kSeconds, 1e-9};
    case Unit::kCount:
      return {kEvents, 1};
    case Unit::kBytes:
      return {kBytes, 1};
    case Unit::kTicksPerByte:
      return {kTicksPerByte, 1};
    case Unit::kMbPerS:
      return {kRate, 1e6};
    case Unit::kRatio:
    case Unit::kUnspecified:
      break;
  }
  return {kRatio, 1};
}

std::string Label(absl::string_view name, absl::string_view value) {
  return absl::StrCat(
      name, "=\"",
      absl::StrReplaceAll(Printable(value), {{"\\", "\\\\"}, {"\"", "\\\""}}),
      "\"");
}

double DeviationOf(std::vector<double> values) {
  return Summarize(values).standard_deviation;
}

// Families in the order of their first sample: the samples of one must be
// together.
class Exposition {
 public:
  void Add(const Family& family, std::string labels, double value) {
    for (auto& [known, samples] : families_) {
      if (known.name != family.name) continue;
      Append(family, labels, value, samples);
      return;
    }
    families_.emplace_back(family, "");
    Append(family, labels, value, families_.back().second);
  }

  std::string Text() const {
    std::string text;
    for (const auto& [family, samples] : families_) {
      absl::StrAppend(&text, "# HELP ", family.name, " ", family.help,
                      "\n# TYPE ", family.name, " gauge\n");
      if (!family.unit.empty()) {
        absl::StrAppend(&text, "# UNIT ", family.name, " ", family.unit, "\n");
      }
      text += samples;
    }
    return text + "# EOF\n";
  }

 private:
  static void Append(const Family& family, const std::string& labels,
                     double value, std::string& samples) {
    absl::StrAppend(&samples, family.name, "{", labels, "} ", Digits(value),
                    "\n");
  }

  std::vector<std::pair<Family, std::string>> families_;
};

}  // namespace

std::string ToOpenMetrics(const Results& results) {
  const Host& host = results.host;
  Exposition exposition;
  const std::string where =
      absl::StrCat(Label("kernel", host.kernel_release), ",",
                   Label("kvm_backend", host.kvm_backend));
  exposition.Add(kHost,
                 absl::StrCat(where, ",", Label("paging", host.paging), ",",
                              Label("cpu_model", host.cpu_model), ",",
                              Label("architecture", host.architecture), ",",
                              Label("exitbench", results.tool_version)),
                 1);
  for (const CaseResult& c : results.cases) {
    const std::string of_case = absl::StrCat(Label("case", c.name), ",", where);
    for (const Outcome outcome : {Outcome::kOk, Outcome::kSkipped,
                                  Outcome::kFailed, Outcome::kTimeout}) {
      exposition.Add(
          kOutcome, absl::StrCat(of_case, ",", Label("outcome", Name(outcome))),
          c.outcome == outcome ? 1 : 0);
    }
    if (c.outcome != Outcome::kOk) continue;
    for (const Metric& metric : c.metrics) {
      if (metric.runs.empty()) continue;
      const auto [family, scale] = FamilyOf(metric.unit, host);
      const std::string labels =
          absl::StrCat(of_case, ",", Label("metric", metric.name));
      exposition.Add(family, labels, SummarizeAllRuns(metric).iqm * scale);
      exposition.Add(kSpread, labels, DeviationOf(RunIqms(metric)) * scale);
    }
  }
  return exposition.Text();
}

}  // namespace exitbench
