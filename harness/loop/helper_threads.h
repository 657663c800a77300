// All that runs beside vCPU 0 while a case does: the other vCPUs and the
// service thread; and the times between stamps of different clocks.
//
// Guest clocks are brought to the host's by each vCPU's TSC offset. Stamps of
// different physical CPUs are compared only where ClockSync lets them be, and a
// single event whose stamps are out of order makes all of them worthless: then
// only round trips, which one clock measures, are reported.
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

struct HelperPlan {
  std::vector<int> cpus;  // The first is vCPU 0's.
  const ClockSync* clock_sync = nullptr;
  double ticks_per_us = 0;
};

// The CPUs that the threads of `row` run on, vCPU 0's left out: the other
// vCPUs', then the service thread's. kUnimplemented: there are too few, or they
// are to share one and `policy`, of sched_getscheduler(), lets the one that
// spins keep it for ever.
absl::StatusOr<std::vector<int>> PlaceThreads(
    const Case& row, const std::vector<int>& cpus,
    int policy = sched_getscheduler(0));

// Times of one event, in ticks. Absent where no such stamps were taken.
struct EventTimes {
  std::optional<double> one_way;     // Sender's stamp to the last receiver's.
  std::optional<double> to_host;     // Guest's call to the host's thread.
  std::optional<double> to_handler;  // Host's decision to the guest's stamp.
  std::optional<double> round_trip;  // Host's decision to its answer.
  bool out_of_order = false;
};

// Made and destroyed by the thread that runs vCPU 0.
class HelperThreads {
 public:
  // Starts the threads; null if the row has none. `machine` and `row` outlive
  // this. kUnimplemented: too few CPUs. kInternal: a thread could not be
  // started.
  static absl::StatusOr<std::unique_ptr<HelperThreads>> Start(
      Machine& machine, const Case& row, const HelperPlan& plan);

  void Stop();
  // What went wrong in one of the threads; empty if nothing did.
  std::string failure() const;
  // Why stamps of different clocks are not compared; empty if they are.
  const std::string& no_comparison() const { return no_comparison_; }

  // After a batch of `events`: waits until the service thread has its last
  // stamp. kDeadlineExceeded, with what it has answered, if that takes longer
  // than `limit`: a host with much else to do may not let it run for seconds.
  // kInternal with failure() as soon as a thread fails.
  absl::Status EndBatch(uint32_t events, absl::Duration limit);
  // Event `i` of the batch just ended, whose stamps on vCPU 0 are `stamp`.
  EventTimes Times(uint32_t i, const GuestStamp& stamp) const;

  // What disturbed the threads; once stopped.
  std::string Disturbed() const;
  // NoiseEvents() of all of them.
  uint64_t ThreadNoiseEvents() const;

 private:
  std::vector<const HelperThread*> Threads() const;

  HelperThreads(Machine& machine, const Case& row)
      : machine_(machine), row_(row) {}

  Machine& machine_;
  const Case& row_;
  std::vector<uint64_t> offsets_ticks_;  // By vCPU.
  std::string no_comparison_;
  uint64_t events_before_ = 0;  // Of the batch just ended.
  uint64_t events_ = 0;         // In all.
  std::optional<SecondaryVcpus> vcpus_;
  std::optional<ServiceThread> service_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_HELPER_THREADS_H_
