// The two exits by which every payload reports to the host. The addresses are
// those of guest_blobs/arm64/abi.h.
#ifndef EXITBENCH_VMM_ARM64_DOORBELL_H_
#define EXITBENCH_VMM_ARM64_DOORBELL_H_

#include <cstdint>

#include "guest_blobs/arm64/abi.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// Returns whether the exit is a store of 4 bytes to `gpa`.
inline bool IsStore(const kvm_run& run, uint64_t gpa) {
  return run.exit_reason == KVM_EXIT_MMIO && run.mmio.phys_addr == gpa &&
         run.mmio.is_write != 0 && run.mmio.len == 4;
}

// Returns whether the guest reports that the batch is done.
inline bool IsDoorbell(const kvm_run& run) {
  return IsStore(run, EB_DOORBELL_GPA);
}

// Returns whether the guest reports an exception that it did not expect.
inline bool IsGuestFault(const kvm_run& run) {
  return IsStore(run, EB_FAULT_GPA);
}

}  // namespace exitbench

#endif  // EXITBENCH_VMM_ARM64_DOORBELL_H_
