#include "model/costs.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/main_metric.h"
#include "results/sides/side.h"
#include "results/stats/histogram.h"

namespace exitbench {
namespace {

constexpr double kTicksPerSecondOfKhz = 1e3;
constexpr double kMostOfMedian = 10;
// How the names of variants for user mode end.
constexpr absl::string_view kUserModes[] = {".ring3", ".el0"};

// Sets the range, and what follows from it. Each run measures all numbers of
// events, so there are several costs of each number.
void JudgeLinearity(const CaseResult& c, CaseCost& cost) {
  std::map<uint32_t, std::vector<double>> by_events;
  for (const LinearityPoint& point : c.linearity) {
    by_events[point.events].push_back(point.ticks_per_event);
  }
  std::vector<double> medians;
  for (const auto& [events, ticks] : by_events) {
    medians.push_back(Median(ticks));
  }
  if (medians.size() < 2) return;
  const auto [least, most] =
      std::minmax_element(medians.begin(), medians.end());
  if (*least <= 0) return;
  cost.linearity_range = *most / *least - 1;
  // Where runs vary, these do too.
  const double noise =
      cost.ticks > 0 ? kLinearityDeviations * cost.deviation_ticks / cost.ticks
                     : 0;
  cost.linearity = cost.linearity_range <= std::max(kLinearityLimit, noise)
                       ? Linearity::kLinear
                       : Linearity::kNotLinear;
}

// What most events take, slow ones of the same path too: a VM pays for these,
// and interquartile means leave them out. Events that take more than ten times
// the median are not of the path: the machine did something else meanwhile.
// Slim files have no histograms.
double TypicalMean(const Metric& metric) {
  const Histogram& histogram = metric.histogram;
  if (histogram.total() == 0) return SummarizeAllRuns(metric).iqm;
  const double limit = kMostOfMedian * std::max(1.0, histogram.Quantile(0.5));
  double sum = 0, count = 0;
  for (const auto& [bucket, events] : histogram.counts()) {
    const double value = Histogram::Middle(bucket);
    if (value > limit) break;
    sum += value * events;
    count += events;
  }
  return count > 0 ? sum / count : 0;
}

double VarianceOfRuns(const Metric& metric) {
  std::vector<double> iqms = RunIqms(metric);
  const double deviation = Summarize(iqms).standard_deviation;
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
  cost.ticks = TypicalMean(*metric);
  double variance = VarianceOfRuns(*metric);
  if (control != nullptr) {
    cost.ticks -= TypicalMean(*control);
    variance += VarianceOfRuns(*control);
  }
  // Less than its control is no cost: the runs vary by more than the event.
  if (!(cost.ticks > 0)) return std::nullopt;
  cost.deviation_ticks = std::sqrt(variance);
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
  const bool has_clock = ticks_per_second_ > 0;
  for (const CaseResult& c : results.cases) {
    std::optional<CaseCost> cost = CostOf(c);
    if (has_clock && cost.has_value()) {
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
  if (it->second == Outcome::kOk) {
    return absl::StrCat(name, ticks_per_second_ > 0
                                  ? " has no figure above 0"
                                  : " is of a clock of unknown speed");
  }
  return absl::StrCat(name, " is ", Name(it->second));
}

}  // namespace exitbench
