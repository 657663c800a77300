// Hooks that cases with interrupts and doorbells share, whatever the
// architecture: how a guest calls the host, how the host answers without an
// interrupt, and whether all that was sent has been received. They keep their
// state in the machine.
#ifndef EXITBENCH_CASES_SUPPORT_GUEST_CALLS_H_
#define EXITBENCH_CASES_SUPPORT_GUEST_CALLS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/owned.h"
#include "cases/case.h"
#include "vmm/machine.h"

namespace exitbench {

// Returns a new eventfd, which a store of 4 bytes to EB_MMIO_GPA signals. It
// blocks when read.
absl::StatusOr<UniqueFd> NewCallEventfd(Machine& machine);
// Makes one, and keeps it for CallEventfd().
absl::Status MakeCallEventfd(Machine& machine);
int CallEventfd(Machine& machine);

// Makes an eventfd that does not block, and keeps it for ServeByIrqfd().
// Returns its descriptor, which the caller binds to an interrupt.
absl::StatusOr<int> NewIrqEventfd(Machine& machine);
// Makes another, which KVM is to signal when the guest has ended an interrupt.
// Returns its descriptor. TakeEnds() returns how often it was signalled since
// it was last asked.
absl::StatusOr<int> NewEndEventfd(Machine& machine);
absl::StatusOr<uint64_t> TakeEnds(Machine& machine);
// For Service::serve: writes to the first.
const char* ServeByIrqfd(Machine& machine, uint64_t number);
// For Service::serve: writes the call's number, from 1, to args[7] of vCPU 0.
const char* ServeByMailbox(Machine& machine, uint64_t number);

// For Case::verify_batch: checks that vCPU 0, or each other vCPU, has counted
// as many interrupts as there were events over the VM's life.
absl::Status ExpectArrived(Machine& machine, uint32_t events);
absl::Status ExpectArrivedAtSecondaries(Machine& machine, uint32_t events);

// Returns the ticks of the guest's clock in `us` microseconds.
absl::StatusOr<uint64_t> GuestTicks(Machine& machine, uint32_t us);

// For Expectation::verifies, where vCPU 0's handler counts.
inline constexpr char kCountedByHandler[] =
    "interrupts, as many counted by the handler";

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_GUEST_CALLS_H_
