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
#include <limits>

namespace exitbench {

// Returns the instructions of the first and the last stamp, for results files.
inline const char* HostStampText() {
  return "lfence;rdtsc;lfence rdtscp;lfence";
}

// The clock that stamps read, and what a guest reads it by, for messages.
inline constexpr char kClockName[] = "TSC";
inline constexpr char kGuestClockText[] = "RDTSC";

// A clock whose step is more than this is coarse: see event_means.h. None is
// taken for that, since the figures of x86-64 have always been times of single
// events. The coarsest TSC known has steps of 10 ns.
inline constexpr double kCoarseStepNs = std::numeric_limits<double>::infinity();

// Whether two stamps in a row may be the same.
inline constexpr bool kStampsMayBeEqual = false;

// Two guest stamps in a row take more than this only where reading the clock is
// trapped or emulated.
inline double MostPairTicks() { return 500; }

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
