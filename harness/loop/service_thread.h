// The host's thread that answers the guest's calls (Service in cases/case.h),
// and stamps when it saw each, answered, and knew that the answer had arrived.
#ifndef EXITBENCH_HARNESS_LOOP_SERVICE_THREAD_H_
#define EXITBENCH_HARNESS_LOOP_SERVICE_THREAD_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cases/case.h"
#include "harness/loop/helper_thread.h"
#include "vmm/machine.h"

namespace exitbench {

// In the host's ticks.
struct ServiceStamp {
  uint64_t seen_ticks;
  uint64_t answered_ticks;      // Just before the answer.
  uint64_t acknowledged_ticks;  // 0 where the guest does not acknowledge.
};

class ServiceThread {
 public:
  // On CPU `cpu`; `shares_cpu` if that is vCPU 0's: then it waits by giving
  // the CPU away. `machine` outlives this.
  ServiceThread(Machine& machine, const Service& service, int cpu,
                bool shares_cpu, double ticks_per_us);

  void Stop() { thread_->Stop(); }
  std::string failure() const { return thread_->failure(); }
  const HelperThread& thread() const { return *thread_; }

  // Of call `number`, while fewer than EB_MAX_STAMPS later ones were made. The
  // caller has waited until served() was above it.
  const ServiceStamp& stamp(uint64_t number) const {
    return stamps_[number % stamps_.size()];
  }
  // Calls that are over and stamped.
  uint64_t served() const { return served_.load(std::memory_order_acquire); }

 private:
  void Serve(HelperThread& thread);

  Machine& machine_;
  const Service& service_;
  const bool shares_cpu_;
  const uint64_t delay_ticks_;
  std::vector<ServiceStamp> stamps_;
  std::atomic<uint64_t> served_ = 0;
  std::unique_ptr<HelperThread> thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_SERVICE_THREAD_H_
