// Reads the ring that KVM writes a vCPU's dirty pages to
// (KVM_CAP_DIRTY_LOG_RING, KVM API 8.29).
#ifndef EXITBENCH_CASES_SUPPORT_DIRTY_RING_H_
#define EXITBENCH_CASES_SUPPORT_DIRTY_RING_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "base/owned.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// Owns the mapping of vCPU 0's ring.
class DirtyRing {
 public:
  DirtyRing() = default;

  // Maps the ring of `machine`, whose shape has one.
  absl::Status Map(Machine& machine);

  // Marks all new entries for KVM to take back. Returns how many of them are of
  // the data slot. The vCPU may be running.
  uint32_t Harvest();
  // Returns how many entries were marked so far, modulo 2^32.
  uint32_t taken() const { return next_; }
  // Appends to `pages` the pages, from the data slot's first, of the entries
  // that were marked since taken() was `since`. They are there until KVM has
  // gone round the ring once more.
  void PagesSince(uint32_t since, std::vector<uint32_t>& pages) const;

  // In place of Harvest(), for an owner who decides how full the ring stays:
  // looks at new entries, of any slot, and leaves them. Returns how many there
  // were.
  uint32_t LookAtNew();
  // Returns how many entries were looked at and are not marked.
  uint32_t left() const { return left_; }
  // Marks the oldest `count` of those that were left.
  void TakeOldest(uint32_t count);

  // Has KVM take the marked entries back and protect their pages again. Returns
  // how many it took, or -1 and errno.
  int Reset();

 private:
  kvm_dirty_gfn* Ring() const {
    return reinterpret_cast<kvm_dirty_gfn*>(mapping_.begin());
  }
  kvm_dirty_gfn& At(uint32_t number) const { return Ring()[number % entries_]; }

  Mapping mapping_;
  uint32_t entries_ = 0;
  uint32_t next_ = 0;  // The oldest that is not marked.
  uint32_t left_ = 0;
  int vm_fd_ = -1;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_DIRTY_RING_H_
