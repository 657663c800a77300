// Claims on the kernel's counters that many cases share.
#ifndef EXITBENCH_CASES_CLAIMS_H_
#define EXITBENCH_CASES_CLAIMS_H_

#include "cases/case.h"

namespace exitbench {

// One VM exit per event. The harness takes interrupts' exits and doorbells off
// before it compares. On PVM, ring 0 code is emulated within one exit, so only
// ring 3 moves the counter.
inline constexpr CounterClaim kOneExit = {
    .counter = "exits", .per_event = 1, .backends = kHardware};
inline constexpr CounterClaim kOneExitPvmRing3 = {.counter = "exits",
                                                  .per_event = 1,
                                                  .backends = kBackendPvm,
                                                  .rings = kRing3};

// An exit to userspace, which PVM counts in either ring.
inline constexpr CounterClaim kOneExitAnywhere = {
    .counter = "exits", .per_event = 1, .backends = kHardware | kBackendPvm};
// Only the VMX and SVM port I/O handlers move io_exits.
inline constexpr CounterClaim kOneIoExit = {
    .counter = "io_exits", .per_event = 1, .backends = kHardware};
// MMIO that goes to userspace; all backends share that code.
inline constexpr CounterClaim kOneMmioExit = {.counter = "mmio_exits",
                                              .per_event = 1};
inline constexpr CounterClaim kOneHypercall = {
    .counter = "hypercalls", .per_event = 1, .backends = kHardware};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_CLAIMS_H_
