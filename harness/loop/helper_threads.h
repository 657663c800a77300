// The helper threads of a case: those that run the secondary vCPUs, and the
// service thread. Also the times between their stamps and those of vCPU 0.
//
// Each vCPU's stamps are brought to the host's clock by its clock offset.
// Stamps of different physical CPUs are compared only where ClockSync allows
// it. If the stamps of a single event are out of order, no such times are
// reported. Round trips are, since one clock measures them.
#ifndef EXITBENCH_HARNESS_LOOP_HELPER_THREADS_H_
#define EXITBENCH_HARNESS_LOOP_HELPER_THREADS_H_

#include <sched.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cases/case.h"
#include "harness/clock/clock_sync.h"
#include "harness/loop/secondary_vcpus.h"
#include "harness/loop/service_thread.h"
#include "vmm/machine.h"

namespace exitbench {

// What a session knows for all cases. `clock_sync` outlives the threads.
struct HelperPlan {
  std::vector<int> cpus;  // The first is vCPU 0's.
  const ClockSync* clock_sync = nullptr;
  double ticks_per_us = 0;
};

// Returns the CPU of each helper thread of `row`: of the secondary vCPUs, then
// of the service thread. `cpus` are those of the session, vCPU 0's first.
// kUnimplemented: there are too few CPUs. Or the threads are to share one, and
// under `policy`, which sched_getscheduler() returns, a thread that spins keeps
// it.
absl::StatusOr<std::vector<int>> PlaceThreads(
    const Case& row, const std::vector<int>& cpus,
    int policy = sched_getscheduler(0));

// Times of one event, in ticks. Absent where the stamps for it were not taken.
struct EventTimes {
  std::optional<double> one_way;     // Sender to the last receiver.
  std::optional<double> to_host;     // The guest's call to the host thread.
  std::optional<double> to_handler;  // The host's answer to the guest.
  std::optional<double> round_trip;  // The host's answer to the guest's reply.
  bool out_of_order = false;         // Stamps of two clocks contradict.
};

// Owns the threads. The thread that runs vCPU 0 makes and destroys it.
class HelperThreads {
 public:
  // Starts the threads. Returns null if the row has none. `machine` and `row`
  // outlive them. kUnimplemented as of PlaceThreads(). kInternal: a thread
  // could not be started.
  static absl::StatusOr<std::unique_ptr<HelperThreads>> Start(
      Machine& machine, const Case& row, const HelperPlan& plan);

  // Stops and joins the threads.
  void Stop();
  // What went wrong in one of the threads. Empty if nothing did.
  std::string failure() const;
  // Why stamps of different clocks are not compared. Empty if they are.
  const std::string& no_comparison() const { return no_comparison_; }

  // Ends a batch of `events`: waits until the service thread has stamped all of
  // them. kDeadlineExceeded if that takes longer than `limit`, since a busy
  // host may not run the thread for seconds. kInternal, with failure(), as soon
  // as a thread fails.
  absl::Status EndBatch(uint32_t events, absl::Duration limit);
  // Returns the times of event `i` of the batch that EndBatch() ended. Its
  // stamps on vCPU 0 are `stamp`.
  EventTimes Times(uint32_t i, const GuestStamp& stamp) const;

  // Returns what disturbed the threads: "vCPU 1: 3000 interrupts/s". Call it
  // once they are stopped.
  std::string Disturbed() const;
  // Returns the sum of NoiseEvents() of the threads, once they are stopped.
  uint64_t ThreadNoiseEvents() const;

 private:
  std::vector<const HelperThread*> Threads() const;

  HelperThreads(Machine& machine, const Case& row)
      : machine_(machine), row_(row) {}

  Machine& machine_;
  const Case& row_;
  std::vector<uint64_t> offsets_ticks_;  // By vCPU.
  std::string no_comparison_;
  uint64_t events_before_ = 0;  // Those before the batch that has ended.
  uint64_t events_ = 0;         // Those of all batches.
  std::optional<SecondaryVcpus> vcpus_;
  std::optional<ServiceThread> service_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_HELPER_THREADS_H_
