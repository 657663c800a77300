// Makes results and counts for tests of the model.
#ifndef EXITBENCH_MODEL_TESTING_H_
#define EXITBENCH_MODEL_TESTING_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "model/counts.h"
#include "results/model/model.h"
#include "results/model/testing.h"

namespace exitbench {

// Adds a case to `results`, whose runs have these means, and a control that
// costs 4.
inline CaseResult& AddCost(const std::string& name,
                           const std::vector<double>& values,
                           Results& results) {
  CaseResult& c = results.cases.emplace_back();
  c.name = name;
  c.outcome = Outcome::kOk;
  c.metrics.reserve(2);
  AddMetric("guest", values, 1, c).unit = Unit::kTicks;
  AddMetric("guest_control", std::vector<double>(values.size(), 4), 1, c).unit =
      Unit::kTicks;
  return c;
}

// Ten seconds of a VM with these statistics.
inline LiveCounts MakeCounts(
    const std::vector<std::pair<std::string, double>>& statistics) {
  LiveCounts counts;
  counts.pid = 4711;
  counts.vmm = "vmm";
  counts.vm = "12";
  counts.vcpus = 1;
  counts.source = "debugfs";
  counts.watched_ns = 10e9;
  for (const auto& [name, count] : statistics) {
    counts.statistics.push_back({name, count});
  }
  return counts;
}

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_TESTING_H_
