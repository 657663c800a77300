// Facts of the architecture that shared rows and hooks are written by.
// cases/arm64/facts.h has the same names.
#ifndef EXITBENCH_CASES_X86_64_FACTS_H_
#define EXITBENCH_CASES_X86_64_FACTS_H_

#include <cstdint>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// The largest page that a kernel can be built for.
inline constexpr uint64_t kLargestHostPageBytes = 4096;

// What a ring of dirty pages needs.
inline constexpr Need kDirtyRing = EB_NEED_CAP(KVM_CAP_DIRTY_LOG_RING);
// Which page of a vCPU's mapping the ring begins at.
inline constexpr uint64_t kDirtyRingPage = KVM_DIRTY_LOG_PAGE_OFFSET;

// Exits that it takes to see how KVM has mapped pages: cases/support/
// mapped_pages.h. Here the kernel has gauges, or it can't be seen.
inline constexpr uint32_t kMappedCheckExits = 0;

}  // namespace exitbench

#endif  // EXITBENCH_CASES_X86_64_FACTS_H_
