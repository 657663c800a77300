// Proof by the kernel's gauges of how many pages of each size it has mapped for
// a guest: pages_4k, pages_2m (Linux 5.15).
//
// That the host backs memory by 2 MiB does not say that KVM maps it so. With
// second-level paging it may, whatever the guest's own pages are: the walk of
// the hardware goes by both. Shadow paging has one table for the two, so there
// a page of 2 MiB has to be one of the guest's too.
#ifndef EXITBENCH_CASES_SUPPORT_MAPPED_PAGES_H_
#define EXITBENCH_CASES_SUPPORT_MAPPED_PAGES_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cases/case.h"
#include "vmm/machine.h"

namespace exitbench {

// Notes the gauges. Uses the machine's case state.
absl::Status NoteMappedPages(Machine& machine);
// Since then `count` pages of 2 MiB were mapped. kInternal says what was seen.
absl::Status Expect2mPagesMapped(Machine& machine, uint32_t count);

// Case memory that the host backs by pages of 2 MiB, after the guest has
// touched all of it.
struct HugeMapping {
  uint64_t backed_pages = 0;           // Of 2 MiB.
  std::optional<uint64_t> pages_2m;    // The gauge; none on this kernel.
  bool two_dimensional_paging = true;  // EPT, NPT.
  bool guest_pages_2m = false;
};
// What that shows. kUnavailable, with the figures, where KVM could map 2 MiB
// and did not, but for one page in 16: the host takes mappings away now and
// then, to move or merge pages.
absl::StatusOr<Conclusion> JudgeHugeMapping(const HugeMapping& mapping);

// For Case::finish of rows that go over all of case memory: the above of this
// machine. Nothing is found where case memory asks for small pages.
absl::StatusOr<Conclusion> FindHugeMapping(Machine& machine);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_MAPPED_PAGES_H_
