// vCPUs 1 and up, each in a thread of its own, running until told to stop.
#ifndef EXITBENCH_HARNESS_LOOP_SECONDARY_VCPUS_H_
#define EXITBENCH_HARNESS_LOOP_SECONDARY_VCPUS_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/loop/helper_thread.h"
#include "vmm/machine.h"

namespace exitbench {

// They make no exit to userspace: one that does ends there, and the run fails.
class SecondaryVcpus {
 public:
  // vCPU i runs on cpus[i - 1]. `machine` outlives this; while they run, none
  // of their ioctls may be called (KVM_RUN holds the vCPU).
  SecondaryVcpus(Machine& machine, const std::vector<int>& cpus);

  void Stop();
  // Of the first one that something went wrong with; empty if nothing did.
  std::string failure() const;
  const std::vector<std::unique_ptr<HelperThread>>& threads() const {
    return threads_;
  }

 private:
  Machine& machine_;
  std::vector<std::unique_ptr<HelperThread>> threads_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_SECONDARY_VCPUS_H_
