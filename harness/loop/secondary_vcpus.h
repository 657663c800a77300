// Runs the secondary vCPUs, which are vCPU 1 and up, each in a thread of its
// own.
#ifndef EXITBENCH_HARNESS_LOOP_SECONDARY_VCPUS_H_
#define EXITBENCH_HARNESS_LOOP_SECONDARY_VCPUS_H_

#include <memory>
#include <string>
#include <vector>

#include "harness/loop/helper_thread.h"
#include "vmm/machine.h"

namespace exitbench {

// Owns the threads. A secondary vCPU may make no exit to userspace: one that
// does stops there and is a failure.
class SecondaryVcpus {
 public:
  // Starts vCPU i on cpus[i - 1]. `machine` outlives this. Call no ioctl of
  // these vCPUs while they run: it blocks until KVM_RUN returns.
  SecondaryVcpus(Machine& machine, const std::vector<int>& cpus);

  // Stops all vCPUs and joins their threads.
  void Stop();
  // The failure of the first vCPU that has one. Empty if none has.
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
