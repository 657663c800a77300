// Breaks KVM_RUN at a time limit.
//
// A POSIX timer signals the thread that runs the vCPU. The handler sets
// immediate_exit (KVM API 5), so that a signal just before KVM_RUN is not lost.
// The timer repeats, in case one signal is not enough.
#ifndef EXITBENCH_HARNESS_LOOP_WATCHDOG_H_
#define EXITBENCH_HARNESS_LOOP_WATCHDOG_H_

#include <time.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Made by the thread that calls KVM_RUN, one for each such thread.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Gives the vCPU of `run` the time `limit`. `run` stays mapped until
  // Disarm(). Returns the error of making or setting the timer.
  absl::Status Arm(kvm_run& run, absl::Duration limit);
  void Disarm();
  // Returns whether the time was up since Arm().
  bool fired() const;

 private:
  timer_t timer_;
  int create_error_ = 0;  // errno of timer_create(2). 0: there is a timer.
};

// Returns the signal that breaks KVM_RUN in the thread that gets it. The first
// call installs its handler.
int KickSignal();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_WATCHDOG_H_
