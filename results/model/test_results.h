// A small but complete results model for tests.
#ifndef EXITBENCH_RESULTS_MODEL_TEST_RESULTS_H_
#define EXITBENCH_RESULTS_MODEL_TEST_RESULTS_H_

#include "results/model/model.h"

namespace exitbench {

// Returns one session with two runs of pio/out, 3000 ticks at 2 GHz, and one
// skipped case.
inline Results TestResults() {
  Results r;
  r.tool_version = "test";
  r.host.kernel_release = "6.1.0-test";
  r.host.kvm_backend = "kvm_amd";
  r.host.paging = "npt";
  r.host.cpu_model = "test CPU";
  r.host.tsc_khz = 2e6;
  r.host.tick = Tick::kTsc;
  r.host.facts = {{"thp.enabled", "always"}};
  r.sessions.emplace_back().seed = 7;
  CaseResult& c = r.cases.emplace_back();
  c.name = "pio/out";
  c.code_hash = "0123456789abcdef";
  c.outcome = Outcome::kOk;
  c.verdict = Verdict::kProven;
  c.runs.resize(2);
  c.runs[0].counters = {{"exits", 1001}};
  Metric& m = c.metrics.emplace_back();
  m.name = "guest";
  m.unit = Unit::kTicks;
  m.direction = Direction::kLowerIsBetter;
  m.gating = true;
  for (uint32_t run : {0u, 1u}) {
    Summary s;
    s.count = 1000;
    s.iqm = s.mean = s.p50 = s.p90 = s.p99 = s.p999 = 3000;
    s.min = 2900;
    s.max = 90000;
    m.runs.push_back({run, s});
  }
  for (int i = 0; i < 1999; ++i) m.histogram.Add(3000);
  m.histogram.Add(90000);
  CaseResult& skipped = r.cases.emplace_back();
  skipped.name = "hypercall/user";
  skipped.code_hash = "fedcba9876543210";
  skipped.outcome = Outcome::kSkipped;
  skipped.reason = "no KVM_CAP_EXIT_HYPERCALL";
  return r;
}

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_TEST_RESULTS_H_
