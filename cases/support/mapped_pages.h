// Proves by the kernel's gauges pages_4k and pages_2m (Linux 5.15) how many
// pages of each size KVM has mapped for a guest. arm64 has no such gauges:
// there another touch of each page tells, which makes no exit if 2 MiB are
// mapped.
//
// KVM need not map by 2 MiB what the host backs by 2 MiB. With second-level
// paging it may do so whatever the guest's own pages are, since the hardware
// walks both tables. Shadow paging has one table for the two, so there a page
// of 2 MiB has to be one of the guest's too.
#ifndef EXITBENCH_CASES_SUPPORT_MAPPED_PAGES_H_
#define EXITBENCH_CASES_SUPPORT_MAPPED_PAGES_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cases/case.h"
#include "vmm/machine.h"

namespace exitbench {

// What the gauges say.
struct MappedPages {
  int64_t of_4k = 0;
  int64_t of_2m = 0;
};
// Returns the gauges. kUnimplemented where there are none.
absl::StatusOr<MappedPages> CountMappedPages(Machine& machine);

// Notes the gauges, where there are any, in the machine's case state.
absl::Status NoteMappedPages(Machine& machine);
// Checks that `count` pages of 2 MiB were mapped since, which the guest has
// touched by blobs::touch_write. kInternal says what was seen. Without gauges
// it runs the guest once more, which adds kMappedCheckExits to each batch.
absl::Status Expect2mPagesMapped(Machine& machine, uint32_t count);

// Checks that KVM maps hugetlb pages of 2 MiB as such. kUnavailable where the
// host's own pages, of `host_page_bytes`, have more than 4 KiB: there they are
// no block of the second level (arm64), and KVM maps them piece by piece.
absl::Status CheckHugetlbMapping(uint64_t host_page_bytes);

// Case memory that the host backs by pages of 2 MiB, after the guest has
// touched all of it.
struct HugeMapping {
  uint64_t backed_pages = 0;           // Of 2 MiB.
  std::optional<uint64_t> pages_2m;    // The gauge, if the kernel has it.
  bool two_dimensional_paging = true;  // EPT, NPT.
  bool guest_pages_2m = false;
  uint64_t host_page_bytes = kPageBytes;
};
// Returns what `mapping` shows. kUnavailable, with the figures, where KVM could
// map 2 MiB and did not. One page in 16 may be missing, since the host takes
// mappings away now and then, to move or merge pages.
absl::StatusOr<Conclusion> JudgeHugeMapping(const HugeMapping& mapping);

// Judges the mapping of this machine's case memory. For Case::finish of rows
// that go over all of it. Nothing is shown where case memory asks for small
// pages.
absl::StatusOr<Conclusion> FindHugeMapping(Machine& machine);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_MAPPED_PAGES_H_
