// Breaks KVM_RUN at a time limit.
//
// A POSIX timer kicks the thread that runs the vCPU (base/kick.h). The kick
// sets immediate_exit (KVM API 5), so it is not lost if it comes just before
// KVM_RUN; and it repeats, should that not be enough.
#ifndef EXITBENCH_HARNESS_LOOP_WATCHDOG_H_
#define EXITBENCH_HARNESS_LOOP_WATCHDOG_H_

#include <time.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// At most one per thread, which must be the one that calls KVM_RUN: the timer
// and what a kick does are that thread's.
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
  int create_error_ = 0;    // errno of timer_create; 0: there is a timer.
  kvm_run* run_ = nullptr;  // While armed.
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_WATCHDOG_H_
