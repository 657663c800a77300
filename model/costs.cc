#include "model/costs.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/main_metric.h"
#include "results/sides/side.h"

namespace exitbench {
namespace {

constexpr double kTicksPerSecondOfKhz = 1e3;
// How the names of variants for user mode end.
constexpr absl::string_view kUserModes[] = {".ring3", ".el0"};

// Sets the range, and what follows from it.
void JudgeLinearity(const CaseResult& c, CaseCost& cost) {
  if (c.linearity.size() < 2) return;
  const auto [least, most] =
      std::minmax_element(c.linearity.begin(), c.linearity.end(),
                          [](const LinearityPoint& a, const LinearityPoint& b) {
                            return a.ticks_per_event < b.ticks_per_event;
                          });
  if (least->ticks_per_event <= 0) return;
  cost.linearity_range = most->ticks_per_event / least->ticks_per_event - 1;
  // Each number of events is measured once. So where runs vary, so do these.
  const double noise =
      cost.ticks > 0 ? kLinearityDeviations * cost.deviation_ticks / cost.ticks
                     : 0;
  cost.linearity = cost.linearity_range <= std::max(kLinearityLimit, noise)
                       ? Linearity::kLinear
                       : Linearity::kNotLinear;
}

// The mean of each run: a VM pays for slow events too, which interquartile
// means leave out. Slim files have only those.
std::vector<double> RunMeans(const Metric& metric) {
  std::vector<double> means;
  for (const RunStatistics& run : metric.runs) {
    const Summary& summary = run.summary;
    means.push_back(summary.count > 0 ? summary.mean : summary.iqm);
  }
  return means;
}

double VarianceOf(std::vector<double> values) {
  const double deviation = Summarize(values).standard_deviation;
  return deviation * deviation;
}

// Of an exit to userspace that is the call, since what the guest sees has
// exitbench's own work in it. A VMM does its own instead, which is no cost of
// KVM's.
const Metric* CostMetric(const CaseResult& c) {
  const Metric* call = FindMetric(c, "kvm_run");
  return call != nullptr ? call : MainMetric(c);
}

std::optional<CaseCost> CostOf(const CaseResult& c) {
  const Metric* metric = CostMetric(c);
  if (c.outcome != Outcome::kOk || metric == nullptr || metric->runs.empty() ||
      metric->unit != Unit::kTicks) {
    return std::nullopt;
  }
  CaseCost cost;
  cost.name = c.name;
  // The control is the guest's, so it is no part of what the host sees.
  const Metric* control = metric == SeenByGuest(c) ? ControlOf(c) : nullptr;
  const std::vector<double> with = RunMeans(*metric);
  const std::vector<double> without =
      control != nullptr ? RunMeans(*control) : std::vector<double>();
  cost.ticks = Median(with) - Median(without);
  cost.deviation_ticks = std::sqrt(VarianceOf(with) + VarianceOf(without));
  JudgeLinearity(c, cost);
  if (const Metric* ratio = FindMetric(c, "gnr")) {
    cost.native_ratio = SummarizeAllRuns(*ratio).iqm;
  }
  return cost;
}

}  // namespace

Costs::Costs(const Results& results)
    : host_(results.host),
      ticks_per_second_(results.host.tsc_khz * kTicksPerSecondOfKhz) {
  for (const CaseResult& c : results.cases) {
    if (std::optional<CaseCost> cost = CostOf(c)) {
      costs_.emplace(c.name, *std::move(cost));
    } else {
      outcomes_.emplace(c.name, c.outcome);
    }
  }
}

const CaseCost* Costs::At(absl::string_view name) const {
  const auto it = costs_.find(name);
  return it == costs_.end() ? nullptr : &it->second;
}

const CaseCost* Costs::Find(absl::string_view name) const {
  const CaseCost* plain = At(name);
  const CaseCost* user_mode = nullptr;
  for (absl::string_view mode : kUserModes) {
    if (user_mode == nullptr) user_mode = At(absl::StrCat(name, mode));
  }
  if (host_.kvm_backend == "kvm_pvm" && user_mode != nullptr) return user_mode;
  return plain != nullptr ? plain : user_mode;
}

std::string Costs::WhyNot(absl::string_view name) const {
  const auto it = outcomes_.find(name);
  if (it == outcomes_.end()) return absl::StrCat(name, " is not in the file");
  if (it->second == Outcome::kOk) return absl::StrCat(name, " has no figure");
  return absl::StrCat(name, " is ", Name(it->second));
}

}  // namespace exitbench
