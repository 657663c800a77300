// Claims on the counters that only x86-64's KVM has. Shared rows use them by
// names that each architecture has (cases/arm64/claims.h).
#ifndef EXITBENCH_CASES_X86_64_CLAIMS_H_
#define EXITBENCH_CASES_X86_64_CLAIMS_H_

#include "cases/case.h"
#include "cases/claims.h"

namespace exitbench {

// Only the VMX and SVM port I/O handlers move io_exits.
inline constexpr CounterClaim kOneIoExit = {
    .counter = "io_exits", .per_event = 1, .backends = kHardware};
inline constexpr CounterClaim kOneHypercall = {
    .counter = "hypercalls", .per_event = 1, .backends = kHardware};

// So many MMIO exits to userspace for each event. All backends share the code
// that counts them.
constexpr CounterClaim MmioExits(uint32_t per_event) {
  return {.counter = "mmio_exits", .per_event = static_cast<double>(per_event)};
}
inline constexpr CounterClaim kOneMmioExit = MmioExits(1);

// One MMIO exit that ends in the kernel. PVM's ring 0 emulates the one
// instruction.
inline constexpr Claims kMmioInKernel = {kOneExit, kOneExitPvmRing3,
                                         EmulatedPvmRing0(1)};

// The same, on an ioeventfd of any length. Where KVM marks MMIO pages,
// handle_ept_misconfig() signals the eventfd without the emulator
// (arch/x86/kvm/vmx/vmx.c).
inline constexpr Claims kMmioAnyLength = {
    kOneExit,
    kOneExitPvmRing3,
    EmulatedPvmRing0(1),
    {.counter = "insn_emulation", .backends = kHardware, .or_none = true}};

// A store to a slot that is read-only, which goes to userspace.
inline constexpr Claims kReadOnlySlot = {
    kOneExitAnywhere,
    kOneMmioExit,
    {.counter = "pf_taken", .backends = kHardware},
    {.counter = "pf_taken", .backends = kBackendPvm, .modes = kUserMode}};

// Some processors leave KVM no reserved bit to mark MMIO entries by. It then
// makes no entry at the first access and none later, so that the two can't be
// told apart.
inline constexpr Claims kMmioEntryMade = {
    kOneExitAnywhere,
    kOneMmioExit,
    {.counter = "pf_mmio_spte_created", .or_none = true, .required = true}};
inline constexpr Claims kMmioEntryFound = {kOneExitAnywhere,
                                           kOneMmioExit,
                                           {.counter = "pf_mmio_spte_created",
                                            .per_event = 0,
                                            .with = kMmioCaching,
                                            .required = true}};

inline constexpr CounterClaim kPageFaultTaken = {.counter = "pf_taken"};
inline constexpr CounterClaim kPageFaultFixed = {.counter = "pf_fixed"};

// A guest that finds all that it touches mapped.
inline constexpr Claims kNoPageFault = {
    {.counter = "pf_taken", .per_event = 0}};
// An access for which the kernel makes an entry in the second level.
inline constexpr Claims kOnePageFault = {kPageFaultTaken, kPageFaultFixed,
                                         kOneExit, kOneExitPvmRing3};
// The same, answered by another thread meanwhile.
inline constexpr Claims kOneUserfault = {kPageFaultTaken, kPageFaultFixed,
                                         kOneExit};
// A store to a page that another thread makes writable meanwhile. That takes
// the guest's mapping too, so that most kernels have the fault twice.
inline constexpr Claims kUserfaultRetried = {
    {.counter = "pf_taken", .per_event_most = 2},
    kPageFaultFixed,
    {.counter = "exits", .backends = kHardware, .per_event_most = 2}};
// An access that faults on some processors.
inline constexpr Claims kPageFaultOrNone = {
    {.counter = "pf_taken", .or_none = true},
    {.counter = "pf_fixed", .or_none = true},
    OneExitOrNoneOn(kHardware)};
// A store to the host's zero page. The control reads as well, and does not
// write. The copy replaces the host's page while the fault is being handled, so
// that most kernels have the fault twice.
inline constexpr Claims kZeroPageCopied = {
    {.counter = "pf_taken", .per_event_most = 2, .over_control = true},
    {.counter = "pf_fixed", .over_control = true},
    // One of them is the read's.
    {.counter = "exits",
     .per_event = 2,
     .backends = kHardware,
     .per_event_most = 3}};
// A fault that fails, and one that finds the page writable.
inline constexpr Claims kPageFaultRetried = {
    {.counter = "pf_taken", .per_event = 2}, kPageFaultFixed};
// A fault that fails.
inline constexpr Claims kPageFaultFailed = {{.counter = "pf_taken"}};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_X86_64_CLAIMS_H_
