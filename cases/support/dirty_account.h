// What a host found dirty, held against what a guest wrote meanwhile.
//
// A written page need not be in the next harvest. A processor that logs dirty
// pages by itself (page-modification logging: Intel PML, SDM 29.3.6, 512
// entries) hands them to KVM at an exit only: Linux' vmx_flush_pml_buffer(),
// called by __vmx_handle_exit(). KVM_GET_DIRTY_LOG kicks the vCPUs but does not
// wait for them (kvm_arch_sync_dirty_log()), and of the ring the KVM API (8.29)
// says that the vCPU has to be kicked out before what it reads is complete. So
// a single harvest has no least number. Nor is the vCPU kicked first: that
// would slow down the guest that is measured. What can be said is said of sums:
//
// - At any time no more was found than was written. Two exceptions, each of one
//   page: the guest counts a page after its store, so one more may be dirty;
//   and where a fault marks a page before its store is made, a harvest between
//   the two finds the page, protects it, and the store faults and marks it once
//   more. That may happen at each harvest, but to the one page in flight only.
// - In the end, with the guest out of KVM_RUN and one more harvest made,
//   nothing is late any more: each page was found as often as it was written,
//   less what was merged, and but for the first store of all, which may have
//   been made, not counted, before the start. (More often is no excuse for
//   another page.) The guest
//   goes round `pages` pages, so two stores to one page are that many apart.
//   The second adds nothing unless a harvest came between that saw the first.
//   The first is seen at the guest's next exit, `most_late` stores later at
//   most. So between one harvest and the next so many stores merge at most as
//   there are beyond pages - most_late. KVM_CLEAR_DIRTY_LOG sees what the
//   KVM_GET_DIRTY_LOG before it saw, and protects later: a harvest begins with
//   the one and ends with the other.
#ifndef EXITBENCH_CASES_SUPPORT_DIRTY_ACCOUNT_H_
#define EXITBENCH_CASES_SUPPORT_DIRTY_ACCOUNT_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace exitbench {

// Of one guest that goes round its pages, writing to each and counting up. The
// count may be anything: it is the guest's.
class DirtyAccount {
 public:
  DirtyAccount() = default;
  // Nothing is dirty, and the guest, not running, has counted to `count`. It
  // writes to page `count` modulo `pages` next, and exits once in `most_late`
  // stores at least.
  DirtyAccount(uint64_t pages, uint64_t most_late, uint64_t count);

  // A harvest of the running guest found the pages `found`; the guest's count
  // before it began and after it ended. kInternal, with the figures, if that
  // can't be.
  absl::Status Add(uint64_t before, uint64_t after,
                   absl::Span<const uint32_t> found);
  // The last one, of the guest that no longer runs. kInternal if it still
  // leaves pages missing, or there are too many.
  absl::Status Finish(uint64_t count, absl::Span<const uint32_t> found);

  // By Add() and Finish().
  uint64_t found() const { return found_; }
  // By Add(): how many times, how many pages.
  uint64_t harvests() const { return harvests_; }
  uint64_t harvested() const { return harvested_; }
  // Since the start, when the guest has counted to `count`.
  uint64_t WrittenAt(uint64_t count) const { return count - first_; }

 private:
  // Notes a harvest. kInternal if it finds more than there can be.
  absl::Status Note(uint64_t before, uint64_t after,
                    absl::Span<const uint32_t> found);
  // Stores to `page` before the guest has counted to `count`.
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

// How a writer that paces itself did.
struct WriterShare {
  uint64_t written = 0;
  uint64_t harvested = 0;
  double elapsed_ms = 0;   // CLOCK_MONOTONIC.
  double ran_ms = 0;       // CPU time of its thread.
  double ms_per_page = 0;  // Its pause, and what a store takes.
};

// OK if it wrote a fair part of what it could, and that was found. A quarter of
// what it could while its thread ran, else kInternal: its clock is off, or its
// stores go elsewhere. Runs on emulated hosts, where one CPU is shared with the
// host, and on a busy machine have it at 0.4 to 1.5 of that. A tenth of what it
// could in all that time, else kUnavailable: it got no CPU, and the case would
// measure a guest that hardly writes. A busy machine was seen to leave it a
// quarter.
absl::Status CheckWriterShare(const WriterShare& share);

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_DIRTY_ACCOUNT_H_
