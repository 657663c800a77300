// Case memory whose missing pages a thread of ours provides: userfaultfd(2),
// as post-copy migration does.
#ifndef EXITBENCH_CASES_SUPPORT_USERFAULT_H_
#define EXITBENCH_CASES_SUPPORT_USERFAULT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vmm/machine.h"

namespace exitbench {

// Hands missing pages of case memory to a new thread, which copies a page in
// for each and lives until the machine is gone. Uses the machine's case state.
// kUnimplemented: no userfaultfd here, or not for us.
//
// A vCPU that waits for a page can't be kicked by a signal on every kernel, so
// the thread never leaves it waiting: whatever goes wrong, it gives the memory
// back to the kernel, which wakes all that wait.
absl::Status StartResolver(Machine& machine);

// Takes all pages away: each is missing at its next touch.
absl::Status DropPages(Machine& machine);

// Since the last call `count` pages were provided, and nothing went wrong.
absl::Status ExpectResolved(Machine& machine, uint32_t count);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_USERFAULT_H_
