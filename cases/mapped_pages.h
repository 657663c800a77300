// Proof by the kernel's gauges of how many pages of each size it has mapped for
// a guest: pages_4k, pages_2m (Linux 5.14).
#ifndef EXITBENCH_CASES_MAPPED_PAGES_H_
#define EXITBENCH_CASES_MAPPED_PAGES_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vmm/machine.h"

namespace exitbench {

// Notes the gauges. Uses the machine's case state.
absl::Status NoteMappedPages(Machine& machine);
// Since then `count` pages of 2 MiB were mapped. kInternal says what was seen.
absl::Status Expect2mPagesMapped(Machine& machine, uint32_t count);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_MAPPED_PAGES_H_
