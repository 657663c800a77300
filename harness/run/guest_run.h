// One run of a case whose event the guest makes. A fresh VM is warmed up and
// measured, the control is run in a VM of its own, and the events are proven.
#ifndef EXITBENCH_HARNESS_RUN_GUEST_RUN_H_
#define EXITBENCH_HARNESS_RUN_GUEST_RUN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "cases/catalogue/catalogue.h"
#include "harness/loop/guest_loop.h"
#include "harness/loop/helper_threads.h"
#include "harness/proof/counters.h"
#include "harness/proof/proof.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"
#include "vmm/machine.h"

namespace exitbench {

// All that the constructor takes outlives it.
class GuestRun {
 public:
  GuestRun(const Kvm& kvm, const CaseInstance& instance,
           const RunSettings& settings, RunTools& tools, CaseResult& result);

  // Does all steps. What it measures goes to the result, which has one run. See
  // harness/loop/outcome.h for the outcome of each error.
  absl::Status Measure();
  // Returns whether the run is contradicted only by counters that other work on
  // the host may have moved: see IsDisturbedOnly().
  bool disturbed_only() const { return IsDisturbedOnly(evidence_); }

 private:
  absl::Status Prepare();
  absl::Status WarmUp();
  absl::Status RunEvents();
  absl::Status RunControl();
  absl::Status Prove();
  absl::Status Report();

  const Kvm& kvm_;
  const CaseInstance& instance_;
  const Case& row_;
  const RunSettings& settings_;
  RunTools& tools_;
  CaseResult& result_;

  std::optional<Machine> machine_;
  std::unique_ptr<HelperThreads> helpers_;  // Destroyed before the machine.
  LoopPlan plan_;
  EventCounts counts_;
  CounterDeltas counters_;
  CounterDeltas control_counters_;
  uint64_t noise_events_ = 0;
  std::vector<Evidence> evidence_;
  std::optional<ExitsPerEvent> exits_;
  std::optional<double> halt_poll_ns_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_GUEST_RUN_H_
