// Has a thread of ours provide the missing pages of case memory, by
// userfaultfd(2) as in post-copy migration.
#ifndef EXITBENCH_CASES_SUPPORT_USERFAULT_H_
#define EXITBENCH_CASES_SUPPORT_USERFAULT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vmm/machine.h"

namespace exitbench {

// Hands missing pages of case memory to a new thread, which copies a page in
// for each. The thread lives in the machine's case state until the machine is
// gone. kUnimplemented: there is no userfaultfd here, or not for us.
//
// Not every kernel lets a signal kick a vCPU that waits for a page. So the
// thread never leaves one waiting: whatever goes wrong, it gives the memory
// back to the kernel, which wakes all that wait.
absl::Status StartResolver(Machine& machine);

// Takes all pages away, so that each is missing at its next touch.
absl::Status DropPages(Machine& machine);

// Checks that `count` pages were provided since the last call, and that nothing
// went wrong.
absl::Status ExpectResolved(Machine& machine, uint32_t count);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_USERFAULT_H_
