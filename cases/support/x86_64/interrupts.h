// What the cases with interrupts share: local APICs made ready, injecting by
// each of the host's ways, and counting that all sent has been received.
// Hooks for cases; state is kept in the machine.
#ifndef EXITBENCH_CASES_SUPPORT_X86_64_INTERRUPTS_H_
#define EXITBENCH_CASES_SUPPORT_X86_64_INTERRUPTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "cases/case.h"
#include "cases/support/x86_64/cpuid_need.h"
#include "guest_blobs/x86_64/abi.h"
#include "vmm/machine.h"

namespace exitbench {

// How the guest is to address its local APIC.
enum class ApicMode { kXapic, kX2apic };

// All vCPUs' local APICs on, in `mode`; vCPUs beside the first runnable.
absl::Status StartApics(Machine& machine, ApicMode mode);

// The local APIC timer of vCPU 0 raises EB_IRQ_VECTOR, in `mode` (bits 17 and
// 18 of its LVT entry; SDM vol. 3A 11.5.4), at the bus clock's full rate.
inline constexpr uint32_t kTimerOneShot = 0;
inline constexpr uint32_t kTimerDeadline = 2 << 17;
absl::Status SetApicTimer(Machine& machine, uint32_t mode);
// The PIT's counter 0 raises EB_IRQ_VECTOR at vCPU 0, by the IOAPIC.
absl::Status RoutePit(Machine& machine);

// An eventfd whose writes raise EB_IRQ_VECTOR at vCPU 0 (KVM_IRQFD).
absl::Status MakeIrqfd(Machine& machine);
// An eventfd that stores of 4 bytes to EB_MMIO_GPA signal; blocks when read.
absl::StatusOr<UniqueFd> NewCallEventfd(Machine& machine);
// The same, kept for CallEventfd().
absl::Status MakeCallEventfd(Machine& machine);
int CallEventfd(Machine& machine);

// For Case::answer: what each exit is answered by.
const char* InjectByMsi(Machine& machine, kvm_run& run);  // KVM_SIGNAL_MSI
const char* InjectByInterrupt(Machine& machine, kvm_run& run);  // KVM_INTERRUPT
const char* InjectNmi(Machine& machine, kvm_run& run);          // KVM_NMI
// For Service::serve.
const char* ServeByIrqfd(Machine& machine, uint64_t number);
// Writes the call's number, from 1, to args[7] of vCPU 0.
const char* ServeByMailbox(Machine& machine, uint64_t number);

// For Case::verify_batch: over the VM's life as many as there were events have
// been counted by vCPU 0 (what the host sent to it), or by each other vCPU.
absl::Status ExpectArrived(Machine& machine, uint32_t events);
absl::Status ExpectArrivedAtSides(Machine& machine, uint32_t events);

// Ticks of the guest's TSC in `us` microseconds.
absl::StatusOr<uint64_t> GuestTicks(Machine& machine, uint32_t us);

// The kernel's own count of interrupts put into guests, which hardware that
// delivers them by itself leaves alone.
inline constexpr CounterClaim kOneInjection = {.counter = "irq_injections",
                                               .or_none = true};
inline constexpr CounterClaim kOneHalt = {.counter = "halt_exits"};
// Of a HLT at which an interrupt is pending already: some processors then go on
// without an exit.
inline constexpr CounterClaim kOneHaltUnlessPending = {.counter = "halt_exits",
                                                       .without = kIdleHlt};
inline constexpr CounterClaim kOneHaltOrPending = {
    .counter = "halt_exits", .or_none = true, .with = kIdleHlt};
// Of a HLT that the interrupt may have come before, at some events and not at
// others: there SVM with IDLE_HLT goes on without an exit.
inline constexpr CounterClaim kOneHaltOnVmx = {
    .counter = "halt_exits", .backends = kBackendVmx | kBackendPvm};
inline constexpr CounterClaim kHaltsOnSvm = {
    .counter = "halt_exits",
    .per_event = 0,
    .backends = kBackendSvm | kBackendUnknown,
    .per_event_most = 1};
// Of a halted vCPU that the kernel polled for, and whose interrupt came before
// it gave up.
inline constexpr CounterClaim kPolledOrNot = {
    .counter = "halt_successful_poll", .per_event = 0, .per_event_most = 1};
// Of a guest that waits by PAUSE for what another CPU writes: no exit but those
// of the loop, where the host has them.
inline constexpr CounterClaim kNoExitButOfPauses = {.counter = "exits",
                                                    .per_event = 0,
                                                    .backends = kHardware,
                                                    .without = kPauseLoopExits};
// For Expectation::verifies, where vCPU 0's handler counts.
inline constexpr char kCountedByHandler[] =
    "interrupts, as many counted by the handler";
inline constexpr Need kIrqchip = EB_NEED_CAP(KVM_CAP_IRQCHIP);
inline constexpr Need kX2apic = {.name = "x2APIC (CPUID 1 ECX bit 21)",
                                 .offered = GuestHasCpuid<1, 2, 21>};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_X86_64_INTERRUPTS_H_
