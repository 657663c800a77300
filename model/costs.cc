#include "model/costs.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_cat.h"
#include "results/model/names.h"
#include "results/model/summary.h"
#include "results/report/main_metric.h"

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
  cost.linearity = cost.linearity_range <= kLinearityLimit
                       ? Linearity::kLinear
                       : Linearity::kNotLinear;
}

double MedianOf(const Metric& metric) { return SummarizeAllRuns(metric).iqm; }

std::optional<CaseCost> CostOf(const CaseResult& c) {
  const Metric* metric = MainMetric(c);
  if (c.outcome != Outcome::kOk || metric == nullptr || metric->runs.empty() ||
      metric->unit != Unit::kTicks) {
    return std::nullopt;
  }
  CaseCost cost;
  cost.name = c.name;
  // The control is the guest's, so it is no part of what the host sees.
  const Metric* control = SeenByGuest(c) != nullptr ? ControlOf(c) : nullptr;
  const NetCost net = NetOf(*metric, control != nullptr ? *control : Metric());
  cost.ticks = net.ticks;
  cost.deviation_ticks = net.standard_deviation;
  JudgeLinearity(c, cost);
  if (const Metric* ratio = FindMetric(c, "gnr")) {
    cost.native_ratio = MedianOf(*ratio);
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
