// One batch: KVM_RUN until the doorbell, timed. This is the timed region, so
// nothing here allocates, logs or faults.
#ifndef EXITBENCH_HARNESS_LOOP_BATCH_H_
#define EXITBENCH_HARNESS_LOOP_BATCH_H_

#include <cstdint>

#include "cases/case.h"
#include "harness/loop/watchdog.h"
#include "vmm/machine.h"

namespace exitbench {

// The host's TSC before and after one KVM_RUN.
struct HostStamp {
  uint64_t before_ticks;
  uint64_t after_ticks;
  // Just before `answer`, if there is one.
  uint64_t answered_ticks;
  // A signal broke the call and it was made again: no sample.
  bool interrupted;
};

struct BatchEnd {
  enum Why {
    kDoorbell,      // All is well.
    kWrongExit,     // Another exit than expected; it is in kvm_run.
    kTooMany,       // More of the expected exits than events.
    kGuestFault,    // The guest took an exception; it is in the parameters.
    kTimeLimit,     // The watchdog fired.
    kRunFailed,     // KVM_RUN failed with `run_errno`.
    kAnswerFailed,  // `failed_call` of the answer did, with `run_errno`.
  };
  Why why;
  uint32_t entries = 0;   // Stamps written: one per KVM_RUN.
  uint32_t elements = 0;  // Elements of expected exits seen.
  int run_errno = 0;
  const char* failed_call = nullptr;
};

// Runs vCPU 0 until it rings the doorbell. stamps[0 .. runs) get the stamps of
// each KVM_RUN, the last one being the doorbell's; `capacity` of them fit.
// `expected` of reason kNone: no exit but the doorbell is right.
BatchEnd RunBatch(Machine& machine, const ExpectedExit& expected,
                  const char* (*answer)(Machine&, kvm_run&),
                  const Watchdog& watchdog, HostStamp* stamps,
                  uint32_t capacity);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_BATCH_H_
