// The host's stamps: RDTSC between fences, in ticks of the TSC.
//
// The first stamp has an LFENCE before, so that earlier instructions are done,
// and one after, so that later ones have not begun. The last stamp is RDTSCP,
// which waits for earlier instructions, with an LFENCE after. (SDM vol. 2B
// RDTSC and RDTSCP; APM vol. 3 LFENCE, which Linux makes dispatch-serialising.)
// CPUID would fence too, but exits under a hypervisor.
#ifndef EXITBENCH_HARNESS_CLOCK_X86_64_TIMER_H_
#define EXITBENCH_HARNESS_CLOCK_X86_64_TIMER_H_

#include <x86intrin.h>

#include <cstdint>

namespace exitbench {

// Returns the instructions of the first and the last stamp, for results files.
inline const char* HostStampText() {
  return "lfence;rdtsc;lfence rdtscp;lfence";
}

// The clock that stamps read, and what a guest reads it by, for messages.
inline constexpr char kClockName[] = "TSC";
inline constexpr char kGuestClockText[] = "RDTSC";

// Clocks of two CPUs that can't be compared more closely than this are not
// compared. A pass between two CPUs takes a few hundred ticks, a time slice a
// thousand times this.
inline uint64_t MostSyncTicks() { return 10000; }

// Tells the processor that the thread spins.
inline void SpinPause() { _mm_pause(); }

// Stamps the begin of what is timed.
inline uint64_t StampFirst() {
  _mm_lfence();
  const uint64_t ticks = __rdtsc();
  _mm_lfence();
  return ticks;
}

// Stamps the end of what is timed.
inline uint64_t StampLast() {
  unsigned aux;
  const uint64_t ticks = __rdtscp(&aux);
  _mm_lfence();
  return ticks;
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_CLOCK_X86_64_TIMER_H_
