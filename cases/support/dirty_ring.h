// The ring that KVM writes a vCPU's dirty pages to (KVM_CAP_DIRTY_LOG_RING,
// KVM API 8.29), as its reader.
#ifndef EXITBENCH_CASES_SUPPORT_DIRTY_RING_H_
#define EXITBENCH_CASES_SUPPORT_DIRTY_RING_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "base/owned.h"
#include "vmm/machine.h"

namespace exitbench {

// Owns the mapping of vCPU 0's ring.
class DirtyRing {
 public:
  DirtyRing() = default;

  // Maps the ring of `machine`, whose shape has one.
  absl::Status Map(Machine& machine);

  // Takes all new entries of the data slot and marks them for KVM to take
  // back; how many there were. Entries of other slots are marked, not counted.
  // The vCPU may be running.
  uint32_t Harvest();
  // Entries taken so far, modulo 2^32.
  uint32_t taken() const { return next_; }
  // The pages, from the data slot's first, of entries taken since `taken()` was
  // `since`; added to `pages`. They are there until KVM has gone round the ring
  // once more.
  void PagesSince(uint32_t since, std::vector<uint32_t>& pages) const;
  // Has KVM take the marked ones back, and protect their pages again: how many
  // it took, or -1 and errno.
  int Reset();

 private:
  Mapping mapping_;
  uint32_t entries_ = 0;
  uint32_t next_ = 0;
  int vm_fd_ = -1;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_DIRTY_RING_H_
