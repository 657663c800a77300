#include "cases/support/dirty_ring.h"

#include "base/check.h"
#include "base/ioctl.h"
#include "cases/arch/facts.h"

namespace exitbench {
namespace {

// KVM writes an entry before its flag, and reads it after ours.
bool IsWritten(const kvm_dirty_gfn& entry) {
  return __atomic_load_n(&entry.flags, __ATOMIC_ACQUIRE) ==
         KVM_DIRTY_GFN_F_DIRTY;
}

void Mark(kvm_dirty_gfn& entry) {
  __atomic_store_n(&entry.flags, KVM_DIRTY_GFN_F_RESET, __ATOMIC_RELEASE);
}

}  // namespace

absl::Status DirtyRing::Map(Machine& machine) {
  const size_t bytes = machine.shape().dirty_ring_bytes;
  void* ring = sys::Map(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED,
                        machine.vcpu().fd(), kDirtyRingPage * HostPageBytes());
  if (ring == MAP_FAILED) return ErrnoStatus("mmap", "dirty ring");
  mapping_ = Mapping(ring, bytes);
  entries_ = static_cast<uint32_t>(bytes / sizeof(kvm_dirty_gfn));
  vm_fd_ = machine.vm().fd();
  return absl::OkStatus();
}

uint32_t DirtyRing::Harvest() {
  kvm_dirty_gfn* ring = Ring();
  uint32_t pages = 0;
  for (uint32_t seen = 0; seen < entries_; ++seen) {
    kvm_dirty_gfn& entry = ring[next_ % entries_];
    if (!IsWritten(entry)) break;
    if (entry.slot == Machine::kDataSlot) ++pages;
    Mark(entry);
    ++next_;
  }
  return pages;
}

void DirtyRing::PagesSince(uint32_t since, std::vector<uint32_t>& pages) const {
  for (; since != next_; ++since) {
    const kvm_dirty_gfn& entry = At(since);
    if (entry.slot == Machine::kDataSlot) {
      pages.push_back(static_cast<uint32_t>(entry.offset));
    }
  }
}

uint32_t DirtyRing::LookAtNew() {
  const uint32_t before = left_;
  while (left_ < entries_ && IsWritten(At(next_ + left_))) ++left_;
  return left_ - before;
}

void DirtyRing::TakeOldest(uint32_t count) {
  EB_CHECK(count <= left_);
  for (uint32_t i = 0; i < count; ++i) Mark(At(next_ + i));
  next_ += count;
  left_ -= count;
}

int DirtyRing::Reset() {
  return sys::Ioctl(vm_fd_, "KVM_RESET_DIRTY_RINGS", KVM_RESET_DIRTY_RINGS, 0);
}

}  // namespace exitbench
