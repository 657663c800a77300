// The host thread that answers the guest's calls: Service in cases/case.h. It
// stamps when it saw a call, when it answered, and when it saw the reply.
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

// The stamps of one call, in ticks of the host's clock.
struct ServiceStamp {
  uint64_t seen_ticks;
  uint64_t answered_ticks;      // Just before the answer.
  uint64_t acknowledged_ticks;  // 0 where the guest does not reply.
};

class ServiceThread {
 public:
  // Starts the thread on `cpu`. `shares_cpu` says that vCPU 0 runs there too:
  // the thread then yields while it waits. `machine` and `service` outlive it.
  ServiceThread(Machine& machine, const Service& service, int cpu,
                bool shares_cpu, double ticks_per_us);

  void Stop() { thread_->Stop(); }
  std::string failure() const { return thread_->failure(); }
  const HelperThread& thread() const { return *thread_; }

  // Returns the stamps of call `number`, which is below served(). They are kept
  // until EB_MAX_STAMPS later calls were made.
  const ServiceStamp& stamp(uint64_t number) const {
    return stamps_[number % stamps_.size()];
  }
  // Counts the calls that are over and stamped.
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
