// ept/: faults that take more than a dropped mapping. Huge pages, aged pages,
// dirty tracking, read-only backing, a userfaultfd.
#include <algorithm>
#include <cerrno>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/arch/facts.h"
#include "cases/rows/groups.h"
#include "cases/support/dirty_log.h"
#include "cases/support/dirty_ring.h"
#include "cases/support/mapped_pages.h"
#include "cases/support/page_ageing.h"
#include "cases/support/touch.h"
#include "cases/support/userfault.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kHugePages = 32;

// Huge pages. The host's pages stay, only the guest's mappings go.
absl::Status PrepareHuge(Machine& machine) {
  TouchEvery(machine, kHugePageBytes);
  machine.data().PopulateStride(kHugePageBytes);
  return absl::OkStatus();
}

absl::Status DropHugeMappings(Machine& machine, uint32_t) {
  EB_RETURN_IF_ERROR(machine.data().SetWritable(false));
  EB_RETURN_IF_ERROR(machine.data().SetWritable(true));
  return NoteMappedPages(machine);
}

// The dirty log. To ask for it protects the pages in it again.
struct DirtyLog {
  std::vector<uint64_t> bitmap;
};

absl::StatusOr<uint32_t> CountDirty(Machine& machine) {
  std::vector<uint64_t>& bitmap = machine.case_state<DirtyLog>().bitmap;
  bitmap.assign(DirtyLogWords(machine.data().bytes()), 0);
  if (GetDirtyLog(machine, bitmap) != 0) {
    return ErrnoStatus("KVM_GET_DIRTY_LOG", "");
  }
  uint32_t pages = 0;
  for (uint64_t word : bitmap) {
    pages += static_cast<uint32_t>(__builtin_popcountll(word));
  }
  return pages;
}

absl::Status ProtectDirty(Machine& machine, uint32_t) {
  return CountDirty(machine).status();
}

absl::Status ExpectDirty(Machine& machine, uint32_t events) {
  EB_ASSIGN_OR_RETURN(const uint32_t pages, CountDirty(machine));
  if (pages == events) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat(events, " stores left ", pages, " pages in the dirty log"));
}

// The dirty ring. KVM keeps a few of its entries in reserve.
constexpr uint32_t kRingBytes = 2 * kTouches * sizeof(kvm_dirty_gfn);

absl::Status PrepareRing(Machine& machine) {
  EB_RETURN_IF_ERROR(PrepareBackedTouches(machine));
  return machine.case_state<DirtyRing>().Map(machine);
}

absl::Status ResetRing(Machine& machine, uint32_t) {
  DirtyRing& ring = machine.case_state<DirtyRing>();
  ring.Harvest();
  if (ring.Reset() < 0) return ErrnoStatus("KVM_RESET_DIRTY_RINGS", "");
  return absl::OkStatus();
}

absl::Status ExpectRingEntries(Machine& machine, uint32_t events) {
  DirtyRing& ring = machine.case_state<DirtyRing>();
  const uint32_t pages = ring.Harvest();
  if (ring.Reset() < 0) return ErrnoStatus("KVM_RESET_DIRTY_RINGS", "");
  if (pages == events) return absl::OkStatus();
  return absl::InternalError(absl::StrCat(events, " stores made ", pages,
                                          " entries in the dirty ring"));
}

// Read-only backing. The host lifts the protection of one page at a time, as a
// garbage collector or a snapshot would. Few pages, since each splits a
// mapping.
constexpr uint32_t kReadOnlyPages = 64;

struct NextPage {
  uint64_t gpa = EB_DATA_GPA;
  absl::Status status;
};

absl::Status ProtectAll(Machine& machine, uint32_t) {
  machine.case_state<NextPage>().gpa = EB_DATA_GPA;
  return machine.data().SetWritable(false);
}

const char* MakePageWritable(Machine& machine, kvm_run&) {
  NextPage& next = machine.case_state<NextPage>();
  next.status.Update(machine.data().SetWritable(next.gpa, kPageBytes, true));
  next.gpa += kTouchStrideBytes;
  return next.status.ok() ? nullptr : "mprotect of a page";
}

absl::Status ExpectWritable(Machine& machine, uint32_t) {
  return machine.case_state<NextPage>().status;
}

// So many pages of 4 KiB are copied at a time, and one of them is touched.
template <uint32_t kPages>
absl::Status PrepareCopies(Machine& machine) {
  constexpr uint64_t kBytes =
      std::max<uint64_t>(kPages * kPageBytes, kLargestHostPageBytes);
  TouchEvery(machine, std::max(kBytes, kTouchStrideBytes));
  return StartResolver(machine, Answer::kCopy, kPages == 1 ? 0 : kBytes);
}

template <Answer kAnswer>
absl::Status PrepareBackedFaults(Machine& machine) {
  EB_RETURN_IF_ERROR(PrepareBackedTouches(machine));
  return StartResolver(machine, kAnswer);
}

absl::Status PrepareHugeFaults(Machine& machine) {
  TouchEvery(machine, kHugePageBytes);
  machine.data().PopulateStride(kHugePageBytes);
  return StartResolver(machine, Answer::kContinue, kHugePageBytes);
}

absl::Status MakeUserfaults(Machine& machine, uint32_t) {
  return MakeFaults(machine);
}

absl::Status Age(Machine& machine, uint32_t) { return AgePages(machine); }

constexpr Case Aged(absl::string_view name, absl::string_view measures,
                    const GuestBlob& blob) {
  return {
      .name = name,
      .measures = measures,
      .modes = kBothModes,
      .blob = &blob,
      .shape = {.data_bytes = kTouchBytes},
      .expect = {.claims = kPageFaultOrNone,
                 .exit_reasons = kUncountedFaultReasons},
      .host = {.limitations = {kPvmRing0NoFault}, .supported = SupportsAgeing},
      .prepare = PrepareBackedTouches,
      .before_batch = Age,
      .size = {.batch = kTouches,
               .max_events = 20 * kTouches,
               .fresh_bytes = kTouchStrideBytes,
               .batch_slack = kOwnPages}};
}

// Stores to pages of which a thread of the host's hears first.
struct Helped {
  absl::string_view name;
  absl::string_view measures;
  absl::Status (*prepare)(Machine&) = nullptr;
  uint32_t pages = 1;  // Of 4 KiB, that one answer brings.
  MemorySource source = MemorySource::kAnon;
  Claims claims = kOneUserfault;
};

constexpr Case Userfault(const Helped& helped) {
  const uint64_t stride =
      std::max<uint64_t>(helped.pages * kPageBytes, kTouchStrideBytes);
  const uint32_t touches = helped.pages == 1    ? kTouches
                           : helped.pages < 512 ? kTouches / 4
                                                : kTouches / 32;
  Case row = {
      .name = helped.name,
      .measures = helped.measures,
      .modes = kBothModes,
      .blob = &blobs::touch_write,
      .shape = {.data_bytes = touches * stride, .data_source = helped.source},
      .expect = {.claims = helped.claims,
                 .exit_reasons = kUncountedFaultReasons,
                 .verifies = "userfaultfd events counted"},
      .host = {.limitations = {kPvmRing0NoFault}},
      .prepare = helped.prepare,
      .before_batch = MakeUserfaults,
      .verify_batch = ExpectResolved,
      .size = {.batch = touches,
               .max_events = 4 * touches,
               .fresh_bytes = stride},
      .parameters = kHostPageParameter | kBackingParameter};
  if (helped.pages > 1) {
    row.per_event = {.items = helped.pages, .item = "page"};
    row.host.hook_bytes = helped.pages * kPageBytes;
  }
  return row;
}

// 2 MiB that one answer has mapped. What the parameters would change is what
// the case is.
constexpr Case HugeMinor() {
  Case row = Userfault(
      {.name = "ept/userfault_minor_hugetlb",
       .measures = "the same as ept/userfault_minor for a hugetlb page of a "
                   "memfd, 2 MiB",
       .prepare = PrepareHugeFaults,
       .pages = kHugePageBytes / kPageBytes,
       .source = MemorySource::kMemfd});
  row.shape.data_backing = Backing::kHugetlb;
  row.per_event = {};
  row.host.hook_bytes = 0;
  row.parameters = 0;
  return row;
}

// What the host has of transparent ones is known once they are touched.
absl::Status SupportsHugetlb(const Kvm&) {
  return CheckHugetlbMapping(HostPageBytes());
}

constexpr Case Huge(absl::string_view name, absl::string_view measures,
                    Backing backing) {
  return {.name = name,
          .measures = measures,
          .modes = kBothModes,
          .blob = &blobs::touch_write,
          .shape = {.data_bytes = kHugePages * kHugePageBytes,
                    .data_backing = backing,
                    .data_page = GuestPage::k2M},
          .expect = {.claims = kOnePageFault,
                     .exit_reasons = kUncountedFaultReasons,
                     .verifies = "pages of 2 MiB counted"},
          .host = {.needs = {EB_NEED_CAP(KVM_CAP_BINARY_STATS_FD)},
                   .limitations = {kPvmRing0NoFault},
                   .supported = backing == Backing::kHugetlb ? SupportsHugetlb
                                                             : nullptr},
          .prepare = PrepareHuge,
          .before_batch = DropHugeMappings,
          .verify_batch = Expect2mPagesMapped,
          .size = {.batch = kHugePages,
                   .max_events = 100 * kHugePages,
                   .fresh_bytes = kHugePageBytes,
                   .batch_slack = kMappedCheckExits}};
}

constexpr Case kCases[] = {
    Huge("ept/violation_2m_thp",
         "store to a transparent huge page of the host that the guest has not "
         "mapped: one fault maps 2 MiB",
         Backing::kThp),
    Huge("ept/violation_2m_hugetlb",
         "store to a hugetlb page of the host that the guest has not mapped: "
         "one fault maps 2 MiB",
         Backing::kHugetlb),
    Aged("ept/access_after_age_read",
         "load from a page that the host has aged (multi-gen LRU): a fault "
         "where the second level has no accessed bits",
         blobs::touch_read),
    Aged("ept/access_after_age_write",
         "store to a page that the host has aged (multi-gen LRU): a fault "
         "where the second level has no accessed bits",
         blobs::touch_write),
    {.name = "ept/write_protect_dirty_log",
     .measures = "first store to a page after KVM_GET_DIRTY_LOG (KVM API 4.8); "
                 "with page-modification logging no fault",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kTouchBytes,
               .data_flags = KVM_MEM_LOG_DIRTY_PAGES},
     .expect = {.claims = kPageFaultOrNone,
                .exit_reasons = kUncountedFaultReasons,
                .verifies = "pages in the dirty log counted"},
     .host = {.limitations = {kPvmRing0NoFault},
              .hook_bytes = kTouchBytes / kPageBytes / 8},
     .prepare = PrepareBackedTouches,
     .before_batch = ProtectDirty,
     .verify_batch = ExpectDirty,
     .size = {.batch = kTouches, .fresh_bytes = kTouchStrideBytes}},
    {.name = "ept/write_protect_dirty_ring",
     .measures = "first store to a page after KVM_RESET_DIRTY_RINGS (KVM API "
                 "8.29); with page-modification logging no fault",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kTouchBytes,
               .data_flags = KVM_MEM_LOG_DIRTY_PAGES,
               .dirty_ring_bytes = kRingBytes},
     .expect = {.claims = kPageFaultOrNone,
                .exit_reasons = kUncountedFaultReasons,
                .verifies = "entries of the dirty ring counted"},
     .host = {.needs = {kDirtyRing},
              .limitations = {kPvmRing0NoFault},
              .supported = SupportsDirtyPages},
     .prepare = PrepareRing,
     .before_batch = ResetRing,
     .verify_batch = ExpectRingEntries,
     .size = {.batch = kTouches, .fresh_bytes = kTouchStrideBytes}},
    {.name = "ept/write_to_readonly_backing",
     .measures = "store to a page that the host made read-only: KVM_RUN fails "
                 "with EFAULT, the VMM lifts the protection, the store is made "
                 "again",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kReadOnlyPages * kTouchStrideBytes},
     .expect = {.exit = RunFails(EFAULT), .claims = kPageFaultRetried},
     .host = {.limitations = {kPvmRing0NoFault}},
     .prepare = PrepareBackedTouches,
     .before_batch = ProtectAll,
     .answer = MakePageWritable,
     .verify_batch = ExpectWritable,
     .size = {.batch = kReadOnlyPages, .fresh_bytes = kTouchStrideBytes}},
    Userfault({.name = "ept/userfault",
               .measures =
                   "store to a missing page that a thread of the VMM provides "
                   "(userfaultfd, UFFDIO_COPY), as after post-copy migration",
               .prepare = PrepareCopies<1>}),
    Userfault({.name = "ept/userfault_copy.16",
               .measures =
                   "store to a missing page, for which a thread of the VMM "
                   "provides 16 pages of 4 KiB by one UFFDIO_COPY",
               .prepare = PrepareCopies<16>,
               .pages = 16}),
    Userfault({.name = "ept/userfault_copy.512",
               .measures =
                   "store to a missing page, for which a thread of the VMM "
                   "provides 512 pages of 4 KiB by one UFFDIO_COPY",
               .prepare = PrepareCopies<512>,
               .pages = 512}),
    Userfault({.name = "ept/userfault_minor",
               .measures =
                   "store to a page of shared memory that is there and that "
                   "the host does not map, until a thread of the VMM has it "
                   "mapped (userfaultfd minor fault, UFFDIO_CONTINUE)",
               .prepare = PrepareBackedFaults<Answer::kContinue>,
               .source = MemorySource::kShmem}),
    HugeMinor(),
    Userfault({.name = "ept/userfault_wp",
               .measures =
                   "store to a page that is write-protected, until a thread of "
                   "the VMM lifts that (userfaultfd, UFFDIO_WRITEPROTECT), as "
                   "for a snapshot",
               .prepare = PrepareBackedFaults<Answer::kUnprotect>,
               .claims = kUserfaultRetried}),
};

}  // namespace

absl::Span<const Case> EptHelpedCases() { return kCases; }

}  // namespace exitbench
