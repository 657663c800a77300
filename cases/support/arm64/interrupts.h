// Hooks that cases with interrupts share: they inject by each of the host's
// ways. The others are in cases/support/guest_calls.h. The guest turns on its
// interrupt controller itself (guest_blobs/arm64/include/interrupts.inc).
#ifndef EXITBENCH_CASES_SUPPORT_ARM64_INTERRUPTS_H_
#define EXITBENCH_CASES_SUPPORT_ARM64_INTERRUPTS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/arch/claims.h"
#include "cases/case.h"
#include "cases/support/guest_calls.h"
#include "guest_blobs/arm64/abi.h"
#include "vmm/machine.h"

namespace exitbench {

// What the payload irq_exit is told in args[0].
enum IrqKind : uint64_t { kSpiEdge = 0, kMsi = 1, kSpiLevel = 2 };

// Case memory for the tables of the ITS (guest_blobs/arm64/include/its.inc).
inline constexpr uint64_t kItsDataBytes = 0x60000;

// Make an eventfd whose writes raise, at vCPU 0, event 0 of device 0 of the
// ITS, which is EB_LPI_INTID; or EB_IRQ_INTID.
absl::Status MakeMsiIrqfd(Machine& machine);
absl::Status MakeSpiIrqfd(Machine& machine);
// Makes one whose writes raise EB_IRQ_INTID until the guest has ended it, which
// KVM signals on another eventfd (KVM_IRQFD_FLAG_RESAMPLE).
absl::Status MakeResampledIrqfd(Machine& machine);
// For Case::verify_batch: ExpectArrived(), and checks that so many ends were
// signalled. kUnimplemented where KVM does not lower the line then.
absl::Status ExpectResampled(Machine& machine, uint32_t events);

// For Case::answer: inject an interrupt by one of the host's ways.
const char* InjectByMsi(Machine& machine, kvm_run& run);   // KVM_SIGNAL_MSI
const char* InjectByLine(Machine& machine, kvm_run& run);  // KVM_IRQ_LINE
const char* InjectByIrqfd(Machine& machine, kvm_run& run);

// For a vCPU that may have found the interrupt pending before it waited.
inline constexpr CounterClaim kWfiOrPending = {.counter = "wfi_exit_stat",
                                               .per_event = 0,
                                               .backends = kBackendArm,
                                               .per_event_most = 1};
// For a vCPU that waits. Counted if the interrupt came while the kernel still
// polled for it.
inline constexpr CounterClaim kPolledOrNot = {
    .counter = "halt_successful_poll", .per_event = 0, .per_event_most = 1};
inline constexpr Need kIrqchip = EB_NEED_CAP(KVM_CAP_IRQCHIP);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_ARM64_INTERRUPTS_H_
