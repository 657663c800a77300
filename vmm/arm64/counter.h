// The generic timer's virtual counter, as this process reads it. It is the
// clock of the host's stamps and of the guest's.
#ifndef EXITBENCH_VMM_ARM64_COUNTER_H_
#define EXITBENCH_VMM_ARM64_COUNTER_H_

#include <cstdint>

namespace exitbench {

// Returns the counter, read after all that comes before and before all that
// comes after (Arm ARM D12.2).
inline uint64_t ReadCounter() {
  uint64_t ticks;
  asm volatile(
      "isb\n"
      "mrs %0, cntvct_el0\n"
      "isb"
      : "=r"(ticks)
      :
      : "memory");
  return ticks;
}

// Returns the counter's frequency in Hz, as the firmware has set it.
inline uint64_t CounterHz() {
  uint64_t hz;
  asm("mrs %0, cntfrq_el0" : "=r"(hz));
  return hz;
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_COUNTER_H_
