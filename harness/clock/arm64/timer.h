// The host's stamps: the virtual counter between barriers, in its ticks.
//
// An ISB before the read has earlier instructions done, and one after it keeps
// later ones from beginning. CNTVCTSS_EL0 of FEAT_ECV needs no ISB before.
// (Arm ARM DDI 0487: CNTVCT_EL0, CNTVCTSS_EL0, ISB.)
//
// On most processors the counter is much slower than the core: 24 to 122 MHz,
// or 1 GHz from Armv8.6 on.
#ifndef EXITBENCH_HARNESS_CLOCK_ARM64_TIMER_H_
#define EXITBENCH_HARNESS_CLOCK_ARM64_TIMER_H_

#include <asm/hwcap.h>
#include <sys/auxv.h>

#include <cstdint>

namespace exitbench {

// Whether the processor has CNTVCTSS_EL0, which it does not read early.
inline const bool kHasOrderedCounter = (getauxval(AT_HWCAP2) & HWCAP2_ECV) != 0;

// Returns the instructions of the first and the last stamp, for results files.
inline const char* HostStampText() {
  return kHasOrderedCounter ? "mrs cntvctss_el0;isb mrs cntvctss_el0;isb"
                            : "isb;mrs cntvct_el0;isb isb;mrs cntvct_el0;isb";
}

// The clock that stamps read, and what a guest reads it by, for messages.
inline constexpr char kClockName[] = "CNTVCT";
inline constexpr char kGuestClockText[] = "CNTVCT_EL0";

// Returns the frequency that the firmware says the counter has.
inline uint64_t CounterHz() {
  uint64_t hz;
  asm("mrs %0, cntfrq_el0" : "=r"(hz));
  return hz;
}

// A clock whose step is more than this is coarse: see event_means.h. The
// dearest part of an exit takes 100 ns or more.
inline constexpr double kCoarseStepNs = 2;

// Whether two stamps in a row may be the same.
inline constexpr bool kStampsMayBeEqual = true;

// Two guest stamps in a row take more than this, which is 200 ns, only where
// reading the clock is trapped or emulated.
inline double MostPairTicks() { return static_cast<double>(CounterHz()) / 5e6; }

// Clocks of two CPUs that can't be compared more closely than this are not
// compared: 4 us. A pass between two CPUs takes a tenth of that, a time slice a
// thousand times as long.
inline uint64_t MostSyncTicks() { return CounterHz() / 250000; }

// Tells the processor that the thread spins.
inline void SpinPause() { asm volatile("yield" ::: "memory"); }

// Stamps the begin of what is timed.
inline uint64_t StampFirst() {
  uint64_t ticks;
  if (kHasOrderedCounter) {
    // CNTVCTSS_EL0, which older assemblers do not know.
    asm volatile("mrs %0, s3_3_c14_c0_6\n isb" : "=r"(ticks)::"memory");
  } else {
    asm volatile("isb\n mrs %0, cntvct_el0\n isb" : "=r"(ticks)::"memory");
  }
  return ticks;
}

// Stamps the end of what is timed.
inline uint64_t StampLast() { return StampFirst(); }

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_CLOCK_ARM64_TIMER_H_
