// Hooks that cases with interrupts share: they make local APICs ready, inject
// by each of the host's ways. The others are in cases/support/guest_calls.h.
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_INTERRUPTS_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_INTERRUPTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/case.h"
#include "cases/support/guest_calls.h"
#include "cases/support/x86_64/cpuid_need.h"
#include "guest_blobs/x86_64/abi.h"
#include "vmm/machine.h"

namespace exitbench {

// How the guest is to address its local APIC.
enum class ApicMode { kXapic, kX2apic };

// Turns the local APICs of all vCPUs on, in `mode`, and makes all vCPUs
// runnable.
absl::Status StartApics(Machine& machine, ApicMode mode);

// Has the local APIC timer of vCPU 0 raise EB_IRQ_VECTOR, at the bus clock's
// full rate. `mode` is bits 17 and 18 of its LVT entry (SDM vol. 3A 11.5.4).
inline constexpr uint32_t kTimerOneShot = 0;
inline constexpr uint32_t kTimerDeadline = 2 << 17;
absl::Status SetApicTimer(Machine& machine, uint32_t mode);
// Has the PIT's counter 0 raise EB_IRQ_VECTOR at vCPU 0, by the IOAPIC.
absl::Status RoutePit(Machine& machine);

// Makes an eventfd whose writes raise EB_IRQ_VECTOR at vCPU 0 (KVM_IRQFD).
absl::Status MakeIrqfd(Machine& machine);

// For Case::answer: inject an interrupt, or NMI, by one of the host's ways.
const char* InjectByMsi(Machine& machine, kvm_run& run);  // KVM_SIGNAL_MSI
const char* InjectByInterrupt(Machine& machine, kvm_run& run);  // KVM_INTERRUPT
const char* InjectNmi(Machine& machine, kvm_run& run);          // KVM_NMI

// The kernel counts the interrupts that it puts into guests. Hardware that
// delivers them by itself leaves that count alone.
inline constexpr CounterClaim kOneInjection = {.counter = "irq_injections",
                                               .or_none = true};
inline constexpr CounterClaim kOneHalt = {.counter = "halt_exits",
                                          .disabled_by = kHltExits};
// For a HLT at which an interrupt is pending already. Some processors then go
// on without an exit.
inline constexpr CounterClaim kOneHaltUnlessPending = {
    .counter = "halt_exits", .without = kIdleHlt, .disabled_by = kHltExits};
inline constexpr CounterClaim kOneHaltOrPending = {.counter = "halt_exits",
                                                   .or_none = true,
                                                   .with = kIdleHlt,
                                                   .disabled_by = kHltExits};
// For a HLT before which the interrupt comes at some events. At those SVM with
// IDLE_HLT goes on without an exit.
inline constexpr CounterClaim kOneHaltOnVmx = {
    .counter = "halt_exits",
    .backends = kBackendVmx | kBackendPvm,
    .disabled_by = kHltExits};
inline constexpr CounterClaim kHaltsOnSvm = {
    .counter = "halt_exits",
    .per_event = 0,
    .backends = kBackendSvm | kBackendUnknown,
    .per_event_most = 1,
    .disabled_by = kHltExits};
// For a halted vCPU. Counted if the interrupt came while the kernel still
// polled for it.
inline constexpr CounterClaim kPolledOrNot = {.counter = "halt_successful_poll",
                                              .per_event = 0,
                                              .per_event_most = 1,
                                              .disabled_by = kHltExits};
// For a guest that waits by PAUSE for what another CPU writes. It makes no exit
// but those of the loop, where the host has them.
inline constexpr CounterClaim kNoExitButOfPauses = {.counter = "exits",
                                                    .per_event = 0,
                                                    .backends = kHardware,
                                                    .without = kPauseLoopExits};
inline constexpr Need kIrqchip = EB_NEED_CAP(KVM_CAP_IRQCHIP);
inline constexpr Need kX2apic = {.name = "x2APIC (CPUID 1 ECX bit 21)",
                                 .offered = GuestHasCpuid<1, 2, 21>};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_INTERRUPTS_H_
