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

// By how much each counter moved. The counters of a VM have the prefix "vm.".
class CounterDeltas {
 public:
  // False where the kernel has no counters to read (before Linux 5.14).
  bool available() const { return available_; }
  // Returns whether the kernel has this counter.
  bool Has(absl::string_view name) const;
  // Returns by how much it moved. 0 if the kernel does not have it.
  double Get(absl::string_view name) const;
  // Returns the counters that moved, for the results file.
  std::vector<CounterDelta> Moved() const;

  // Makes deltas of a kernel that has just these counters. For tests.
  static CounterDeltas Of(std::vector<CounterDelta> deltas);

 private:
  friend class CounterWatch;

  bool available_ = false;
  std::vector<CounterDelta> deltas_;
};

// Watches the counters of the VM, and of all its vCPUs added up.
class CounterWatch {
 public:
  // Reads the counters. `machine` outlives the watch.
  static absl::StatusOr<CounterWatch> Start(Machine& machine);
  // Reads them again and returns the difference.
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
