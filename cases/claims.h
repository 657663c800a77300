// Claims on the kernel's counters that many cases share. Those on counters that
// only one architecture has are in cases/arch/claims.h.
#ifndef EXITBENCH_CASES_CLAIMS_H_
#define EXITBENCH_CASES_CLAIMS_H_

#include "cases/case.h"

namespace exitbench {

// One VM exit per event. The harness takes off the exits of interrupts and of
// doorbells before it compares. On PVM, ring 0 code is emulated within one
// exit, so that only ring 3 moves the counter.
inline constexpr CounterClaim kOneExit = {
    .counter = "exits", .per_event = 1, .backends = kHardware};
inline constexpr CounterClaim kOneExitPvmRing3 = {.counter = "exits",
                                                  .per_event = 1,
                                                  .backends = kBackendPvm,
                                                  .modes = kUserMode};

// One exit, or none, of an instruction that PVM sees only where the processor
// has it fault in ring 3. Elsewhere it runs natively.
constexpr CounterClaim OneExitPvmRing3With(uint32_t features) {
  CounterClaim claim = kOneExitPvmRing3;
  claim.with = features;
  return claim;
}
constexpr CounterClaim NoExitPvmRing3Without(uint32_t features) {
  CounterClaim claim = kOneExitPvmRing3;
  claim.per_event = 0;
  claim.without = features;
  return claim;
}

constexpr CounterClaim OneExitOn(uint32_t backends) {
  return {.counter = "exits", .per_event = 1, .backends = backends};
}

// One exit on some processors and kernels, none on others. The proof says
// which.
constexpr CounterClaim OneExitOrNoneOn(uint32_t backends) {
  return {.counter = "exits",
          .per_event = 1,
          .backends = backends,
          .or_none = true};
}

// The event's instructions go through the emulator of PVM's ring 0: so many per
// event more than the control's.
constexpr CounterClaim EmulatedPvmRing0(int instructions) {
  return {.counter = "insn_emulation",
          .per_event = static_cast<double>(instructions),
          .backends = kBackendPvm,
          .modes = kKernelMode,
          .over_control = true};
}

// An exit to userspace, which PVM counts in either ring.
inline constexpr CounterClaim kOneExitAnywhere = {
    .counter = "exits", .per_event = 1, .backends = kHardware | kBackendPvm};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CLAIMS_H_
