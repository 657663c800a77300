// Runs one batch: KVM_RUN until the doorbell, each call timed. This is the
// timed region, so nothing here allocates, logs or faults.
#ifndef EXITBENCH_HARNESS_LOOP_BATCH_H_
#define EXITBENCH_HARNESS_LOOP_BATCH_H_

#include <cstdint>

#include "cases/case.h"
#include "harness/loop/watchdog.h"
#include "vmm/machine.h"

namespace exitbench {

// The stamps of one entry, that is one KVM_RUN, in ticks of the host's clock.
struct HostStamp {
  uint64_t before_ticks;
  uint64_t after_ticks;
  // Just before the row's `answer`. 0 if the row has none.
  uint64_t answered_ticks;
  // A signal broke the call and it was made again, so it is no sample.
  bool interrupted;
};

// How a batch ended.
struct BatchEnd {
  enum Why {
    kDoorbell,      // As it should.
    kWrongExit,     // By another exit than expected, which is in kvm_run.
    kTooMany,       // By more of the expected exits than there were events.
    kGuestFault,    // By an exception in the guest. It is in its parameters.
    kTimeLimit,     // By the watchdog.
    kRunFailed,     // By KVM_RUN, which failed with `run_errno`.
    kAnswerFailed,  // By `failed_call` of the answer, with `run_errno`.
  };
  Why why;
  uint32_t entries = 0;   // Calls of KVM_RUN. Each wrote one stamp.
  uint32_t elements = 0;  // Elements of the expected exits.
  int run_errno = 0;
  const char* failed_call = nullptr;
};

// Runs vCPU 0 until it rings the doorbell or something goes wrong. Writes the
// stamps of each entry to `stamps`, which has room for `capacity`. The last
// ones are those of the doorbell. Every other exit must be as `expected`: with
// reason kNone there may be none. `answer`, unless null, is called after each
// exit.
BatchEnd RunBatch(Machine& machine, const ExpectedExit& expected,
                  const char* (*answer)(Machine&, kvm_run&),
                  const Watchdog& watchdog, HostStamp* stamps,
                  uint32_t capacity);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_BATCH_H_
