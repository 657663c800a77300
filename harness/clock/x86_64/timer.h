// The host's stamps: RDTSC, fenced.
//
// First: LFENCE before, so that nothing earlier is still running, and after,
// so that nothing later has begun. Last: RDTSCP waits for what went before;
// LFENCE holds back what follows. Intel SDM vol. 2B RDTSC, RDTSCP; AMD APM
// vol. 3 LFENCE (Linux makes it serialise dispatch). CPUID is no fence here:
// under a hypervisor it exits.
#ifndef EXITBENCH_HARNESS_CLOCK_X86_64_TIMER_H_
#define EXITBENCH_HARNESS_CLOCK_X86_64_TIMER_H_

#include <x86intrin.h>

#include <cstdint>

namespace exitbench {

inline constexpr char kHostStampText[] = "lfence;rdtsc;lfence rdtscp;lfence";

// The clock that stamps read, and what a guest reads it by, for messages.
inline constexpr char kClockName[] = "TSC";
inline constexpr char kGuestClockText[] = "RDTSC";

// Says to the processor that the thread spins.
inline void SpinPause() { _mm_pause(); }

inline uint64_t StampFirst() {
  _mm_lfence();
  const uint64_t ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}

inline uint64_t StampLast() {
  unsigned aux;
  const uint64_t ticks = __rdtscp(&aux);
  _mm_lfence();
  return ticks;
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_CLOCK_X86_64_TIMER_H_
