// Hooks for guest writes that end in the kernel: as a signal on an eventfd, or
// as an entry of the ring of coalesced writes. They keep their state in the
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

// Makes an eventfd, and has writes to `address` signal it (KVM_IOEVENTFD, KVM
// API 4.59). `flags` are KVM_IOEVENTFD_FLAG_*. `bytes` is the width of writes
// that signal, 0 for any. `match` is the value that signals, if the flags ask
// for one.
absl::Status BindEventfd(Machine& machine, uint64_t address, uint32_t bytes,
                         uint32_t flags, uint64_t match);
// Checks that the eventfd has had `events` signals since it was last asked.
absl::Status ExpectSignals(Machine& machine, uint32_t events);

// Most events between two looks at the ring. It has 170 entries, of which some
// kernels use only half.
inline constexpr uint32_t kMostCoalesced = 64;

// Has KVM coalesce writes of `bytes` to `address`, a port or a GPA
// (KVM_REGISTER_COALESCED_MMIO, KVM API 4.116).
absl::Status Coalesce(Machine& machine, uint64_t address, bool is_port,
                      uint32_t bytes = 4);
// Checks that the ring has `events` new writes of kNotifyValue to `address`,
// and empties it.
absl::Status ExpectCoalesced(Machine& machine, uint64_t address,
                             uint32_t events);

// Takes the coalesced writes out of vCPU 0's ring, oldest first. The guest is
// not running.
class CoalescedWrites {
 public:
  explicit CoalescedWrites(Machine& machine);
  // Whether KVM said where the ring is. If not, errno has why.
  bool found() const { return ring_ != nullptr; }
  // Returns the next write, which is good until the next call. Null when there
  // are no more.
  const kvm_coalesced_mmio* Next();

 private:
  kvm_coalesced_mmio_ring* ring_ = nullptr;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_NOTIFY_H_
