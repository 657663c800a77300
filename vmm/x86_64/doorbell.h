// The two exits by which any payload speaks to the host.
#ifndef EXITBENCH_VMM_X86_64_DOORBELL_H_
#define EXITBENCH_VMM_X86_64_DOORBELL_H_

#include <cstdint>

#include "guest_blobs/x86_64/abi.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

inline bool IsPortWrite(const kvm_run& run, uint16_t port) {
  return run.exit_reason == KVM_EXIT_IO && run.io.port == port &&
         run.io.direction == KVM_EXIT_IO_OUT && run.io.size == 4 &&
         run.io.count == 1;
}

// The batch is done.
inline bool IsDoorbell(const kvm_run& run) {
  return IsPortWrite(run, EB_DOORBELL_PORT);
}

// An exception that the payload did not expect.
inline bool IsGuestFault(const kvm_run& run) {
  return IsPortWrite(run, EB_FAULT_PORT);
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_X86_64_DOORBELL_H_
