// Holds what a host found dirty against what a guest wrote meanwhile.
//
// A written page need not be in the next harvest. A processor that logs dirty
// pages by itself (page-modification logging: Intel PML, SDM 29.3.6, 512
// entries) hands them to KVM at an exit only: Linux' vmx_flush_pml_buffer(),
// called by __vmx_handle_exit(). KVM_GET_DIRTY_LOG kicks the vCPUs but does not
// wait for them (kvm_arch_sync_dirty_log()). Of the ring the KVM API (8.29)
// says that it is complete only once the vCPU was kicked out. To kick it first
// would slow down the guest that is measured. So a single harvest may find any
// number of pages, down to none. Sums are what is checked:
//
// - At any time no more was found than was written, with two exceptions of one
//   page each. The guest counts a page after its store, so one more may be
//   dirty. And a fault marks a page before its store is made: a harvest between
//   the two finds the page and protects it, and the store faults and marks it
//   again. That may happen at each harvest, but only to the one page in flight.
// - In the end, with the guest out of KVM_RUN and one more harvest made,
// nothing
//   is late any more. Each page was then found as often as it was written, less
//   the stores that merged. A page that was found more often makes up for no
//   other page. The first store of all may be missing, since it may have been
//   made, and not counted, before the start.
//
// How many stores may merge: the guest goes round `pages` pages, so two stores
// to one page are that many stores apart. The second adds nothing unless a
// harvest between them saw the first. The first is seen at the guest's next
// exit, which is `most_late` stores later at most. So of the stores between one
// harvest and the next, only those beyond pages - most_late can merge.
// KVM_CLEAR_DIRTY_LOG protects later than the KVM_GET_DIRTY_LOG before it
// looked, so a harvest begins with the one and ends with the other.
#ifndef EXITBENCH_CASES_SUPPORT_DIRTY_ACCOUNT_H_
#define EXITBENCH_CASES_SUPPORT_DIRTY_ACCOUNT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace exitbench {

// The account of one guest that goes round its pages, writes to each and counts
// up. The count is the guest's, so it may be anything.
class DirtyAccount {
 public:
  DirtyAccount() = default;
  // Begins with nothing dirty, and with a guest that does not run and has
  // counted to `count`. It writes to page `count` modulo `pages` next. It exits
  // once in `most_late` stores at least.
  DirtyAccount(uint64_t pages, uint64_t most_late, uint64_t count);

  // Adds a harvest of the running guest, which found the pages `found`.
  // `before` and `after` are the guest's count before it began and after it
  // ended. kInternal, with the figures, if that can't be.
  absl::Status Add(uint64_t before, uint64_t after,
                   absl::Span<const uint32_t> found);
  // Adds the last harvest, of the guest that no longer runs. kInternal if pages
  // are still missing, or if there are too many.
  absl::Status Finish(uint64_t count, absl::Span<const uint32_t> found);

  // Returns how many pages Add() and Finish() were told of.
  uint64_t found() const { return found_; }
  // Returns how many harvests Add() was told of, and of how many pages.
  uint64_t harvests() const { return harvests_; }
  uint64_t harvested() const { return harvested_; }
  // Returns how much was written from the start until the guest has counted to
  // `count`.
  uint64_t WrittenAt(uint64_t count) const { return count - first_; }

 private:
  // Notes a harvest. kInternal if it found more than there can be.
  absl::Status Note(uint64_t before, uint64_t after,
                    absl::Span<const uint32_t> found);
  // Returns how many stores to `page` there were before the guest has counted
  // to `count`.
  uint64_t StoresTo(uint64_t page, uint64_t count) const;

  uint64_t pages_ = 0;
  uint64_t most_late_ = 0;
  uint64_t first_ = 0;
  uint64_t before_ = 0;  // Of the last harvest.
  uint64_t after_ = 0;
  uint64_t merged_ = 0;  // Stores that may have found their page dirty.
  uint64_t harvests_ = 0;
  uint64_t harvested_ = 0;
  uint64_t found_ = 0;
  std::vector<uint32_t> times_found_;  // Of each page.
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_DIRTY_ACCOUNT_H_
