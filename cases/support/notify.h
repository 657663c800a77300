// Guest writes that end in the kernel: as a signal on an eventfd, or as an
// entry of the ring of coalesced writes. Hooks for cases; state is kept in the
// machine.
#ifndef EXITBENCH_CASES_SUPPORT_NOTIFY_H_
#define EXITBENCH_CASES_SUPPORT_NOTIFY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// What the guest writes (args[0] of pio_notify and mmio_notify), and a value
// that it never writes.
inline constexpr uint32_t kNotifyValue = 0x1;
inline constexpr uint32_t kNeverWritten = 0x2;

// A new eventfd, signalled by writes to `address` (KVM_IOEVENTFD, KVM API
// 4.59). `flags` are KVM_IOEVENTFD_FLAG_*, `bytes` the width that it is bound
// to, `match` the value if the flags ask for one.
absl::Status BindEventfd(Machine& machine, uint64_t address, uint32_t bytes,
                         uint32_t flags, uint64_t match);
// The eventfd has had `events` signals since it was last asked.
absl::Status ExpectSignals(Machine& machine, uint32_t events);

// Most events between two looks at the ring of 170 entries, of which some
// kernels use only half.
inline constexpr uint32_t kMostCoalesced = 64;

// Writes of `bytes` to `address`, a port or a GPA, are coalesced
// (KVM_REGISTER_COALESCED_MMIO, KVM API 4.116).
absl::Status Coalesce(Machine& machine, uint64_t address, bool is_port,
                      uint32_t bytes = 4);
// The ring has `events` new writes of kNotifyValue to `address`; empties it.
absl::Status ExpectCoalesced(Machine& machine, uint64_t address,
                             uint32_t events);

// Takes the coalesced writes out of vCPU 0's ring, oldest first. The guest is
// not running.
class CoalescedWrites {
 public:
  explicit CoalescedWrites(Machine& machine);
  // False: KVM did not say where the ring is; errno has why, if it failed.
  bool found() const { return ring_ != nullptr; }
  // The next write, good until the one after; null when there are no more.
  const kvm_coalesced_mmio* Next();

 private:
  kvm_coalesced_mmio_ring* ring_ = nullptr;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_NOTIFY_H_
