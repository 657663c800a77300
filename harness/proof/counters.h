// The kernel's counters of a machine before and after a run.
#ifndef EXITBENCH_HARNESS_PROOF_COUNTERS_H_
#define EXITBENCH_HARNESS_PROOF_COUNTERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"
#include "vmm/kvm_stats.h"
#include "vmm/machine.h"

namespace exitbench {

// By how much each counter moved. A VM's counter has the prefix "vm.".
class CounterDeltas {
 public:
  // False: this kernel has no counters to read (before Linux 5.14).
  bool available() const { return available_; }
  // Whether the kernel has this counter at all.
  bool Has(absl::string_view name) const;
  // 0 if it has not.
  double Get(absl::string_view name) const;
  // Those that moved, for the results file.
  std::vector<CounterDelta> Moved() const;

  // For tests.
  static CounterDeltas Of(std::vector<CounterDelta> deltas);

 private:
  friend class CounterWatch;

  bool available_ = false;
  std::vector<CounterDelta> deltas_;
};

// Reads the counters of all vCPUs (added up) and of the VM when made, and
// again at Deltas(). `machine` outlives it.
class CounterWatch {
 public:
  static absl::StatusOr<CounterWatch> Start(Machine& machine);
  absl::StatusOr<CounterDeltas> Deltas() const;

 private:
  explicit CounterWatch(Machine& machine) : machine_(&machine) {}

  absl::StatusOr<StatsSnapshot> ReadVcpus() const;

  Machine* machine_;
  StatsSnapshot vcpus_;
  StatsSnapshot vm_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROOF_COUNTERS_H_
