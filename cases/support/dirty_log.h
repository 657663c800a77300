// The log of dirty pages of a slot with KVM_MEM_LOG_DIRTY_PAGES.
#ifndef EXITBENCH_CASES_SUPPORT_DIRTY_LOG_H_
#define EXITBENCH_CASES_SUPPORT_DIRTY_LOG_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/ioctl.h"
#include "vmm/kvm_uapi.h"
#include "vmm/machine.h"

namespace exitbench {

// What the log of `data_bytes` of memory takes: a bit per page.
constexpr size_t DirtyLogWords(uint64_t data_bytes) {
  return data_bytes / kPageBytes / 64;
}

// KVM_GET_DIRTY_LOG (KVM API 4.8) of case memory, into DirtyLogWords() of it:
// 0, or -1 and errno. Inline and without allocation, since host loops time it.
inline int GetDirtyLog(Machine& machine, std::vector<uint64_t>& bitmap) {
  kvm_dirty_log log = {};
  log.slot = Machine::kDataSlot;
  log.dirty_bitmap = bitmap.data();
  return sys::Ioctl(machine.vm().fd(), "KVM_GET_DIRTY_LOG", KVM_GET_DIRTY_LOG,
                    reinterpret_cast<unsigned long>(&log));
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_DIRTY_LOG_H_
