#include "results/report_figures.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "results/names.h"
#include "results/printable.h"
#include "results/summary.h"
#include "results/text_table.h"

namespace exitbench {
namespace {

// What the main table shows, or what it is made from.
constexpr absl::string_view kElsewhere[] = {
    "guest",         "guest_control", "kvm_run",
    "call",          "exit_leg",      "userspace",
    "entry_leg",     "host_batch",    "host_batch_control",
    "native_control"};

bool IsFigure(const Metric& metric) {
  return std::find(std::begin(kElsewhere), std::end(kElsewhere), metric.name) ==
         std::end(kElsewhere);
}

// Ratios and ticks per byte are small, so three digits at least.
std::string Figure(double value) {
  return std::abs(value) < 100 ? absl::StrFormat("%.3g", value) : Number(value);
}

std::string Describe(const Metric& metric, Tick tick) {
  const absl::string_view unit =
      metric.unit == Unit::kCount || metric.unit == Unit::kRatio
          ? ""
          : Name(metric.unit, tick);
  return absl::StrCat(Printable(metric.name), " ",
                      Figure(SummarizeAllRuns(metric).iqm),
                      unit.empty() ? "" : " ", unit);
}

}  // namespace

std::string RenderFigures(const Results& results) {
  TextTable table;
  bool any = false;
  for (const CaseResult& c : results.cases) {
    if (c.outcome != Outcome::kOk) continue;
    std::vector<std::string> figures;
    for (const Metric& metric : c.metrics) {
      if (IsFigure(metric)) {
        figures.push_back(Describe(metric, results.host.tick));
      }
    }
    if (figures.empty()) continue;
    any = true;
    table.AddLine(absl::StrCat(c.name, ": ", absl::StrJoin(figures, ", ")));
  }
  return any ? absl::StrCat("Beyond time per event:\n", table.ToString()) : "";
}

}  // namespace exitbench
