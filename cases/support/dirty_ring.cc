#include "cases/support/dirty_ring.h"

#include "base/ioctl.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
absl::Status DirtyRing::Map(Machine& machine) {
  const size_t bytes = machine.shape().dirty_ring_bytes;
  void* ring =
      sys::Map(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
               machine.vcpu().fd(), KVM_DIRTY_LOG_PAGE_OFFSET * kPageBytes);
  if (ring == MAP_FAILED) return ErrnoStatus("mmap", "dirty ring");
  mapping_ = Mapping(ring, bytes);
  entries_ = static_cast<uint32_t>(bytes / sizeof(kvm_dirty_gfn));
  vm_fd_ = machine.vm().fd();
  return absl::OkStatus();
}

uint32_t DirtyRing::Harvest() {
  auto* ring = reinterpret_cast<kvm_dirty_gfn*>(mapping_.begin());
  uint32_t pages = 0;
  // KVM writes an entry before its flag, and reads it after ours.
  for (uint32_t seen = 0; seen < entries_; ++seen) {
    kvm_dirty_gfn& entry = ring[next_ % entries_];
    if (__atomic_load_n(&entry.flags, __ATOMIC_ACQUIRE) !=
        KVM_DIRTY_GFN_F_DIRTY) {
      break;
    }
    if (entry.slot == Machine::kDataSlot) ++pages;
    __atomic_store_n(&entry.flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
    ++next_;
  }
  return pages;
}

void DirtyRing::PagesSince(uint32_t since, std::vector<uint32_t>& pages) const {
  const auto* ring = reinterpret_cast<const kvm_dirty_gfn*>(mapping_.begin());
  for (; since != next_; ++since) {
    const kvm_dirty_gfn& entry = ring[since % entries_];
    if (entry.slot == Machine::kDataSlot) {
      pages.push_back(static_cast<uint32_t>(entry.offset));
    }
  }
}

int DirtyRing::Reset() {
  return sys::Ioctl(vm_fd_, "KVM_RESET_DIRTY_RINGS", KVM_RESET_DIRTY_RINGS, 0);
}

}  // namespace exitbench
