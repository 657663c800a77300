// The two exits by which every payload reports to the host. The ports are those
// of guest_blobs/x86_64/abi.h.
#ifndef EXITBENCH_VMM_X86_64_DOORBELL_H_
#define EXITBENCH_VMM_X86_64_DOORBELL_H_

#include <cstdint>

#include "guest_blobs/x86_64/abi.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Returns whether the exit is an OUT of 4 bytes to `port`.
inline bool IsPortWrite(const kvm_run& run, uint16_t port) {
  return run.exit_reason == KVM_EXIT_IO && run.io.port == port &&
         run.io.direction == KVM_EXIT_IO_OUT && run.io.size == 4 &&
         run.io.count == 1;
}

// Returns whether the guest reports that the batch is done.
inline bool IsDoorbell(const kvm_run& run) {
  return IsPortWrite(run, EB_DOORBELL_PORT);
}

// Returns whether the guest reports an exception that it did not expect.
inline bool IsGuestFault(const kvm_run& run) {
  return IsPortWrite(run, EB_FAULT_PORT);
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_DOORBELL_H_
