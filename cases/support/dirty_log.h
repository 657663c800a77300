// The log of dirty pages of a slot with KVM_MEM_LOG_DIRTY_PAGES.
#ifndef EXITBENCH_CASES_SUPPORT_DIRTY_LOG_H_
#define EXITBENCH_CASES_SUPPORT_DIRTY_LOG_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// For Requirements::supported. The log and the ring have the host's pages, and
// the rows that count them are written for 4 KiB.
inline absl::Status SupportsDirtyPages(const Kvm&) {
  if (HostPageBytes() == kPageBytes) return absl::OkStatus();
  return absl::UnimplementedError(
      absl::StrCat("counts dirty pages of 4 KiB, and this host's have ",
                   HostPageBytes() >> 10));
}

// Returns the size of the log of `data_bytes` of memory: a bit per page.
constexpr size_t DirtyLogWords(uint64_t data_bytes) {
  return data_bytes / kPageBytes / 64;
}

// Calls KVM_GET_DIRTY_LOG (KVM API 4.8) for case memory. `bitmap` has its
// DirtyLogWords(). Returns 0, or -1 and errno. Inline and without allocation,
// since host loops time it.
inline int GetDirtyLog(Machine& machine, std::vector<uint64_t>& bitmap) {
  kvm_dirty_log log = {};
  log.slot = Machine::kDataSlot;
  log.dirty_bitmap = bitmap.data();
  return sys::Ioctl(machine.vm().fd(), "KVM_GET_DIRTY_LOG", KVM_GET_DIRTY_LOG,
                    reinterpret_cast<unsigned long>(&log));
}

// Calls `visit` with the number of each dirty page, in ascending order. Inline
// and without allocation, too.
template <typename Visit>
void ForEachDirtyPage(const std::vector<uint64_t>& bitmap, Visit visit) {
  for (size_t i = 0; i < bitmap.size(); ++i) {
    for (uint64_t word = bitmap[i]; word != 0; word &= word - 1) {
      visit(i * 64 + static_cast<size_t>(__builtin_ctzll(word)));
    }
  }
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_DIRTY_LOG_H_
