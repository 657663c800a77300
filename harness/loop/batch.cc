#include "harness/loop/batch.h"

#include <cerrno>

#include "harness/clock/arch/timer.h"
#include "harness/loop/exit_match.h"
#include "vmm/arch/doorbell.h"

namespace exitbench {

BatchEnd RunBatch(Machine& machine, const ExpectedExit& expected,
                  const char* (*answer)(Machine&, kvm_run&),
                  const Watchdog& watchdog, HostStamp* stamps,
                  uint32_t capacity) {
  Vcpu& vcpu = machine.vcpu();
  kvm_run& run = vcpu.run();
  BatchEnd end = {BatchEnd::kDoorbell};
  bool interrupted = false;
  while (end.entries < capacity) {
    const uint64_t before_ticks = StampFirst();
    const int result = vcpu.Run();
    const uint64_t after_ticks = StampLast();
    if (__builtin_expect(result != 0, 0)) {
      const int error = errno;
      if (error == EINTR) {
        if (watchdog.fired()) {
          end.why = BatchEnd::kTimeLimit;
          return end;
        }
        interrupted = true;
        continue;
      }
      if (error != expected.run_errno || expected.run_errno == 0) {
        end.why = BatchEnd::kRunFailed;
        end.run_errno = error;
        return end;
      }
    } else if (IsDoorbell(run)) {
      stamps[end.entries++] = {before_ticks, after_ticks, 0, interrupted};
      return end;
    }
    const uint32_t elements =
        result != 0 && expected.reason == ExpectedExit::kErrno
            ? 1
            : MatchedElements(expected, run);
    if (__builtin_expect(elements == 0, 0)) {
      end.why =
          IsGuestFault(run) ? BatchEnd::kGuestFault : BatchEnd::kWrongExit;
      return end;
    }
    HostStamp& stamp = stamps[end.entries++];
    stamp = {before_ticks, after_ticks, 0, interrupted};
    interrupted = false;
    end.elements += elements;
    if (answer != nullptr) {
      stamp.answered_ticks = StampFirst();
      end.failed_call = answer(machine, run);
      if (__builtin_expect(end.failed_call != nullptr, 0)) {
        end.why = BatchEnd::kAnswerFailed;
        end.run_errno = errno;
        return end;
      }
    }
  }
  end.why = BatchEnd::kTooMany;
  return end;
}

}  // namespace exitbench
