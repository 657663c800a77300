// Has a thread of ours answer the faults of case memory, by userfaultfd(2), as
// in post-copy migration and for snapshots.
#ifndef EXITBENCH_CASES_SUPPORT_USERFAULT_H_
#define EXITBENCH_CASES_SUPPORT_USERFAULT_H_

#include <cstdint>

#include "absl/status/status.h"
#include "vmm/machine.h"

namespace exitbench {

// Which faults are ours, and what answers one.
enum class Answer {
  kCopy,      // A missing page: UFFDIO_COPY.
  kContinue,  // A page that shared memory has and nobody maps: UFFDIO_CONTINUE.
  kUnprotect,  // A store to a page that is write-protected:
               // UFFDIO_WRITEPROTECT.
};

// Hands these faults of case memory to a new thread. Each answer is for the
// block of `block_bytes` that the fault is in, which is whole pages of the
// host's; 0: one page. Only kContinue answers for hugetlb pages, by blocks of
// 2 MiB. The thread lives in the machine's case state until the
// machine is gone. kUnimplemented: there is no such userfaultfd here, not for
// us, or not for memory like this.
//
// Not every kernel lets a signal kick a vCPU that waits for a page. So the
// thread never leaves one waiting: whatever goes wrong, it gives the memory
// back to the kernel, which wakes all that wait.
absl::Status StartResolver(Machine& machine, Answer answer = Answer::kCopy,
                           uint64_t block_bytes = 0);

// Has each page fault at its next touch, or store: takes all pages away, takes
// them out of the host's page tables, or write-protects them.
absl::Status MakeFaults(Machine& machine);

// Checks that `count` faults were answered since, each of the right kind, and
// that nothing went wrong. Of copies it also checks that the host has the pages
// of as many blocks, and no others.
absl::Status ExpectResolved(Machine& machine, uint32_t count);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_USERFAULT_H_
