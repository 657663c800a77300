// Hooks and facts of cases that touch case memory page by page.
#ifndef EXITBENCH_CASES_SUPPORT_TOUCH_H_
#define EXITBENCH_CASES_SUPPORT_TOUCH_H_

#include <algorithm>
#include <cstdint>

#include "absl/status/status.h"
#include "cases/arch/facts.h"
#include "cases/case.h"
#include "vmm/machine.h"

namespace exitbench {

// Shadow paging fills eight entries at a fault. With a stride of eight pages,
// and of no less than a page of the host's, each touch is a fault of its own on
// every backend.
inline constexpr uint64_t kTouchStrideBytes =
    std::max(8 * kPageBytes, kLargestHostPageBytes);
// Events of a batch. With so many, the batch's own entry, exit and first faults
// are a small part of what the host's clock sees.
inline constexpr uint32_t kTouches = 1024;

inline constexpr uint64_t kTouchBytes = kTouches * kTouchStrideBytes;

// Faults that a batch adds where all mappings go, the payload's own pages' too.
inline constexpr uint32_t kOwnPages = 48;

inline constexpr KnownLimitation kPvmRing0NoFault = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason = "kvm_pvm emulates ring 0 loads and stores: no shadow fault"};

// Has the touch_ payloads go over case memory from its start, at this stride:
// args[0] and args[1].
void TouchEvery(Machine& machine, uint64_t stride_bytes);

// For Case::prepare: TouchEvery(kTouchStrideBytes).
absl::Status PrepareTouches(Machine& machine);
// The same, and has the host back each of these pages.
absl::Status PrepareBackedTouches(Machine& machine);

// For Case::before_batch: makes case memory as if neither guest nor host had
// touched it. kInternal if the host still has a page there.
absl::Status NeverTouched(Machine& machine, uint32_t events);
// For Case::before_batch: gives the host new pages at kTouchStrideBytes, which
// the guest does not map. kInternal if the host lacks one of them.
absl::Status NewHostPages(Machine& machine, uint32_t events);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_TOUCH_H_
