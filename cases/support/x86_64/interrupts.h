// Hooks that cases with interrupts share: they make local APICs ready, inject
// by each of the host's ways, and check that all that was sent has been
// received. They keep their state in the machine.
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
// Returns a new eventfd, which a store of 4 bytes to EB_MMIO_GPA signals. It
// blocks when read.
absl::StatusOr<UniqueFd> NewCallEventfd(Machine& machine);
// Makes one, and keeps it for CallEventfd().
absl::Status MakeCallEventfd(Machine& machine);
int CallEventfd(Machine& machine);

// For Case::answer: inject an interrupt, or NMI, by one of the host's ways.
const char* InjectByMsi(Machine& machine, kvm_run& run);  // KVM_SIGNAL_MSI
const char* InjectByInterrupt(Machine& machine, kvm_run& run);  // KVM_INTERRUPT
const char* InjectNmi(Machine& machine, kvm_run& run);          // KVM_NMI
// For Service::serve: writes to the irqfd.
const char* ServeByIrqfd(Machine& machine, uint64_t number);
// For Service::serve: writes the call's number, from 1, to args[7] of vCPU 0.
const char* ServeByMailbox(Machine& machine, uint64_t number);

// For Case::verify_batch: checks that vCPU 0, or each other vCPU, has counted
// as many interrupts as there were events over the VM's life.
absl::Status ExpectArrived(Machine& machine, uint32_t events);
absl::Status ExpectArrivedAtSecondaries(Machine& machine, uint32_t events);

// Returns the ticks of the guest's TSC in `us` microseconds.
absl::StatusOr<uint64_t> GuestTicks(Machine& machine, uint32_t us);

// The kernel counts the interrupts that it puts into guests. Hardware that
// delivers them by itself leaves that count alone.
inline constexpr CounterClaim kOneInjection = {.counter = "irq_injections",
                                               .or_none = true};
inline constexpr CounterClaim kOneHalt = {.counter = "halt_exits"};
// For a HLT at which an interrupt is pending already. Some processors then go
// on without an exit.
inline constexpr CounterClaim kOneHaltUnlessPending = {.counter = "halt_exits",
                                                       .without = kIdleHlt};
inline constexpr CounterClaim kOneHaltOrPending = {
    .counter = "halt_exits", .or_none = true, .with = kIdleHlt};
// For a HLT before which the interrupt comes at some events. At those SVM with
// IDLE_HLT goes on without an exit.
inline constexpr CounterClaim kOneHaltOnVmx = {
    .counter = "halt_exits", .backends = kBackendVmx | kBackendPvm};
inline constexpr CounterClaim kHaltsOnSvm = {
    .counter = "halt_exits",
    .per_event = 0,
    .backends = kBackendSvm | kBackendUnknown,
    .per_event_most = 1};
// For a halted vCPU. Counted if the interrupt came while the kernel still
// polled for it.
inline constexpr CounterClaim kPolledOrNot = {
    .counter = "halt_successful_poll", .per_event = 0, .per_event_most = 1};
// For a guest that waits by PAUSE for what another CPU writes. It makes no exit
// but those of the loop, where the host has them.
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
