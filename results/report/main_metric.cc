#include "results/report/main_metric.h"

#include <cmath>
#include <vector>

#include "results/model/summary.h"

namespace exitbench {

const Metric* FindMetric(const CaseResult& c, absl::string_view name) {
  for (const Metric& metric : c.metrics) {
    if (metric.name == name) return &metric;
  }
  return nullptr;
}

const Metric* FirstOf(const CaseResult& c,
                      std::initializer_list<absl::string_view> names) {
  for (absl::string_view name : names) {
    if (const Metric* metric = FindMetric(c, name)) return metric;
  }
  return nullptr;
}

const Metric* SeenByGuest(const CaseResult& c) {
  return FirstOf(c, {"guest_mean", "guest"});
}

const Metric* SeenByHost(const CaseResult& c) {
  return FirstOf(c, {"round_trip", "kvm_run", "call", "host_batch"});
}

const Metric* ControlOf(const CaseResult& c) {
  return FirstOf(c, {"guest_mean_control", "guest_control"});
}

const Metric* MainMetric(const CaseResult& c) {
  const Metric* guest = SeenByGuest(c);
  return guest != nullptr ? guest : SeenByHost(c);
}

std::optional<double> SpreadOfRuns(const Metric& metric) {
  const std::vector<double> iqms = RunIqms(metric);
  if (iqms.size() < 2) return std::nullopt;
  double mean = 0, squares = 0;
  for (double x : iqms) mean += x / static_cast<double>(iqms.size());
  for (double x : iqms) squares += (x - mean) * (x - mean);
  if (mean == 0) return std::nullopt;
  return std::sqrt(squares / static_cast<double>(iqms.size() - 1)) /
         std::abs(mean);
}

}  // namespace exitbench
