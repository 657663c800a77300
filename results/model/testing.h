// Makes results for tests: a host, sessions, and cases with given runs.
#ifndef EXITBENCH_RESULTS_MODEL_TESTING_H_
#define EXITBENCH_RESULTS_MODEL_TESTING_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "results/model/model.h"

namespace exitbench {

// Returns results of `sessions` sessions of one boot on one host.
inline Results MakeResults(const std::string& kernel, const std::string& boot,
                           uint32_t sessions = 3, uint32_t rounds = 5) {
  Results results;
  results.tool_version = "1.0";
  Host& host = results.host;
  host.kernel_release = kernel;
  host.kernel_version = "#1 SMP";
  host.architecture = "x86_64";
  host.kvm_backend = "kvm_amd";
  host.paging = "npt";
  host.cpu_vendor = "AuthenticAMD";
  host.cpu_model = "Test CPU";
  host.tsc_khz = 2.5e6;
  host.tick = Tick::kTsc;
  for (uint32_t i = 0; i < sessions; ++i) {
    Session session;
    session.boot_id = boot;
    session.started_utc = absl::StrCat("2024-05-01T00:00:0", i % 10, "Z");
    session.rounds = rounds;
    session.events = 10000;
    session.cpus = "1";
    results.sessions.push_back(session);
  }
  return results;
}

inline Summary MakeSummary(double value) {
  Summary s;
  s.count = 10000;
  s.iqm = s.mean = s.p50 = s.min = s.p90 = s.p99 = s.p999 = s.max = value;
  return s;
}

// Adds a metric with these runs to `result`. Adds runs too if there are fewer:
// they fill one session after the other, with as many rounds each.
inline Metric& AddMetric(const std::string& name,
                         const std::vector<double>& values, uint32_t sessions,
                         CaseResult& result) {
  const uint32_t rounds =
      (static_cast<uint32_t>(values.size()) + sessions - 1) / sessions;
  while (result.runs.size() < values.size()) {
    const uint32_t i = static_cast<uint32_t>(result.runs.size());
    Run run;
    run.session = i / rounds;
    run.round = i % rounds;
    run.events = 10000;
    result.runs.push_back(run);
  }
  Metric& metric = result.metrics.emplace_back();
  metric.name = name;
  metric.unit = Unit::kTicks;
  metric.direction = Direction::kLowerIsBetter;
  metric.gating = true;
  for (uint32_t i = 0; i < values.size(); ++i) {
    metric.runs.push_back({i, MakeSummary(values[i])});
  }
  return metric;
}

// Adds an OK case with one metric, "kvm_run".
inline CaseResult& AddCase(const std::string& name,
                           const std::vector<double>& values,
                           Results& results) {
  CaseResult& result = results.cases.emplace_back();
  result.name = name;
  result.code_hash = absl::StrCat("hash of ", name);
  result.outcome = Outcome::kOk;
  AddMetric("kvm_run", values, static_cast<uint32_t>(results.sessions.size()),
            result);
  return result;
}

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_TESTING_H_
