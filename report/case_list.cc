#include "report/case_list.h"

#include <cstddef>
#include <map>

#include "results/report/main_metric.h"

namespace exitbench {

std::vector<ReportCase> CasesOf(const std::vector<Results>& results) {
  std::vector<ReportCase> cases;
  std::map<std::string, size_t> by_name;
  for (size_t side = 0; side < results.size(); ++side) {
    for (const CaseResult& c : results[side].cases) {
      const auto [at, is_new] = by_name.try_emplace(c.name, cases.size());
      if (is_new) {
        cases.push_back(
            {&c, std::vector<const CaseResult*>(results.size(), nullptr)});
      }
      cases[at->second].sides[side] = &c;
    }
  }
  return cases;
}

std::string MainMetricOf(const ReportCase& c) {
  for (const CaseResult* side : c.sides) {
    const Metric* metric = side == nullptr ? nullptr : MainMetric(*side);
    if (metric != nullptr) return metric->name;
  }
  return "";
}

}  // namespace exitbench
