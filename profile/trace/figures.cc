#include "profile/trace/figures.h"

#include <algorithm>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

const Metric* Find(const CaseResult& result, absl::string_view name) {
  for (const Metric& metric : result.metrics) {
    if (metric.name == name && !metric.runs.empty()) return &metric;
  }
  return nullptr;
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return Quantile(values, 0.5);
}

double MedianOf(const Metric& metric) {
  std::vector<double> values;
  for (const RunStatistics& run : metric.runs) {
    // Slim files have the mean only.
    values.push_back(run.summary.count > 0 ? run.summary.p50 : run.summary.iqm);
  }
  return Median(std::move(values));
}

}  // namespace

std::optional<CaseFigures> FiguresOf(const CaseResult& result) {
  if (result.outcome != Outcome::kOk) return std::nullopt;
  for (const absl::string_view name : {"call", "handler", "guest"}) {
    const Metric* const metric = Find(result, name);
    if (metric == nullptr) continue;
    CaseFigures figures = {
        .metric = std::string(name),
        .median = MedianOf(*metric),
        .iqm = Median(RunIqms(*metric)),
        .exits_to_userspace = Find(result, "kvm_run") != nullptr};
    auto leg = [&](absl::string_view of) {
      const Metric* const found = Find(result, of);
      return found == nullptr ? std::optional<double>() : MedianOf(*found);
    };
    figures.exit_leg = leg("exit_leg");
    figures.userspace = leg("userspace");
    figures.entry_leg = leg("entry_leg");
    return figures;
  }
  return std::nullopt;
}

}  // namespace exitbench
