// Ends a guest run that takes too long.
//
// A POSIX timer signals the thread that runs the vCPU. The handler sets
// immediate_exit (KVM API 5), so the signal is not lost if it comes just before
// KVM_RUN; and it repeats, should that not be enough.
#ifndef EXITBENCH_HARNESS_LOOP_WATCHDOG_H_
#define EXITBENCH_HARNESS_LOOP_WATCHDOG_H_

#include <time.h>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// One per thread, which must be the one that calls KVM_RUN. Not movable: the
// signal handler finds it through the thread.
class Watchdog {
 public:
  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // From now on `run`'s vCPU has `limit` to finish. `run` stays mapped until
  // Disarm(). The error is that of making the timer, or of setting it.
  absl::Status Arm(kvm_run& run, absl::Duration limit);
  void Disarm();
  bool fired() const;

 private:
  timer_t timer_;
  int create_error_ = 0;  // errno of timer_create; 0: there is a timer.
};

// The signal that breaks KVM_RUN. Installs its handler once.
int KickSignal();

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_WATCHDOG_H_
