// Facts of the architecture that shared rows and hooks are written by: the
// names of cases/x86_64/facts.h.
#ifndef EXITBENCH_CASES_ARM64_FACTS_H_
#define EXITBENCH_CASES_ARM64_FACTS_H_

#include <cstdint>

#include "cases/case.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {

// The largest page that a kernel can be built for.
inline constexpr uint64_t kLargestHostPageBytes = 64u << 10;

// What a ring of dirty pages needs. The capability of other architectures
// promises an order of stores that arm64 does not have.
inline constexpr Need kDirtyRing = EB_NEED_CAP(KVM_CAP_DIRTY_LOG_RING_ACQ_REL);
// Which page of a vCPU's mapping the ring begins at. Debian 12's headers are
// older than the ring on arm64 (Linux 6.2) and say 0.
inline constexpr uint64_t kDirtyRingPage = 64;

// Exits that it takes to see how KVM has mapped pages: cases/support/
// mapped_pages.h. It is the doorbell of another run.
inline constexpr uint32_t kMappedCheckExits = 1;

}  // namespace exitbench

#endif  // EXITBENCH_CASES_ARM64_FACTS_H_
