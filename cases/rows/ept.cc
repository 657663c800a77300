// ept/: second-level page faults. EPT violation (SDM vol. 3C 29.3.3), nested
// page fault (APM vol. 2 15.25.6); on a host that shadows, shadow faults.
//
// Before each batch the guest's mappings of case memory go, in the way that the
// case is named for. The batch touches each page once. Cases that need more
// than that are in ept_helped.cc.
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/rows/groups.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

absl::Status Discard(Machine& machine, uint32_t) {
  return machine.data().Discard();
}

// Drops every second-level entry and leaves the host's pages where they are.
absl::Status DeleteSlot(Machine& machine, uint32_t) {
  absl::Status status = machine.RemoveDataSlot();
  if (!status.ok()) return status;
  return machine.AddDataSlot(0);
}

absl::Status ProtectAndBack(Machine& machine, uint32_t) {
  absl::Status status = machine.data().SetWritable(false);
  if (!status.ok()) return status;
  return machine.data().SetWritable(true);
}

// The rows differ in how mappings go, and in what the touch is.
struct Fault {
  absl::string_view name;
  absl::string_view measures;
  const GuestBlob* blob = nullptr;
  absl::Status (*prepare)(Machine&) = nullptr;
  absl::Status (*before_batch)(Machine&, uint32_t) = nullptr;
  uint32_t batch_slack = 0;
};

constexpr Case Take(const Fault& fault) {
  return {.name = fault.name,
          .measures = fault.measures,
          .modes = kBothModes,
          .blob = fault.blob,
          .shape = {.data_bytes = kTouchBytes},
          .expect = {.claims = kOnePageFault,
                     .exit_reasons = kUncountedFaultReasons},
          .host = {.limitations = {kPvmRing0NoFault}},
          .prepare = fault.prepare,
          .before_batch = fault.before_batch,
          .size = {.batch = kTouches,
                   .fresh_bytes = kTouchStrideBytes,
                   .batch_slack = fault.batch_slack},
          .parameters = kGuestPageParameter | kBackingParameter};
}

constexpr Case kCases[] = {
    Take({.name = "ept/violation_unbacked_read",
          .measures = "first load from a page that neither guest nor host has "
                      "touched: the "
                      "host maps its zero page",
          .blob = &blobs::touch_read,
          .prepare = PrepareTouches,
          .before_batch = NeverTouched}),
    Take({.name = "ept/violation_unbacked_write",
          .measures = "first store to a page that neither guest nor host has "
                      "touched: the "
                      "host allocates",
          .blob = &blobs::touch_write,
          .prepare = PrepareTouches,
          .before_batch = NeverTouched}),
    // Results have been kept under this name from the first, and it has always
    // dropped the mappings by deleting the slot.
    Take(
        {.name = "ept/violation",
         .measures =
             "store to a page that the host has backed and the guest no longer "
             "maps: its memory slot was deleted and made again, as in "
             "ept/after_memslot_delete_write",
         .blob = &blobs::touch_write,
         .prepare = PrepareBackedTouches,
         .before_batch = DeleteSlot,
         .batch_slack = kOwnPages}),
    Take({.name = "ept/violation_backed_read",
          .measures = "first load from a page that the host has backed and the "
                      "guest has "
                      "never touched",
          .blob = &blobs::touch_read,
          .prepare = PrepareTouches,
          .before_batch = NewHostPages}),
    Take(
        {.name = "ept/violation_backed_write",
         .measures =
             "first store to a page that the host has backed and the guest has "
             "never touched",
         .blob = &blobs::touch_write,
         .prepare = PrepareTouches,
         .before_batch = NewHostPages}),
    Take(
        {.name = "ept/after_discard_read",
         .measures = "load from a page that the host took back (MADV_DONTNEED)",
         .blob = &blobs::touch_read,
         .prepare = PrepareTouches,
         .before_batch = Discard}),
    Take({.name = "ept/after_discard_write",
          .measures = "store to a page that the host took back (MADV_DONTNEED)",
          .blob = &blobs::touch_write,
          .prepare = PrepareTouches,
          .before_batch = Discard}),
    Take({.name = "ept/after_memslot_delete_read",
          .measures =
              "load from a page whose memory slot was deleted and made again",
          .blob = &blobs::touch_read,
          .prepare = PrepareBackedTouches,
          .before_batch = DeleteSlot,
          .batch_slack = kOwnPages}),
    Take({.name = "ept/after_memslot_delete_write",
          .measures =
              "store to a page whose memory slot was deleted and made again",
          .blob = &blobs::touch_write,
          .prepare = PrepareBackedTouches,
          .before_batch = DeleteSlot,
          .batch_slack = kOwnPages}),
    Take(
        {.name = "ept/after_mprotect_read",
         .measures =
             "load from a page that the host made read-only and writable again "
             "(mprotect)",
         .blob = &blobs::touch_read,
         .prepare = PrepareBackedTouches,
         .before_batch = ProtectAndBack}),
    Take({.name = "ept/after_mprotect_write",
          .measures =
              "store to a page that the host made read-only and writable again "
              "(mprotect)",
          .blob = &blobs::touch_write,
          .prepare = PrepareBackedTouches,
          .before_batch = ProtectAndBack}),
    {.name = "ept/zero_page_then_write",
     .measures = "first store to an unbacked page that the guest has read: the "
                 "host's zero page is copied",
     .modes = kBothModes,
     .blob = &blobs::touch_read_write,
     .shape = {.data_bytes = kTouchBytes},
     .expect = {.claims = kZeroPageCopied,
                .exit_reasons = kUncountedFaultReasons},
     .host = {.limitations = {kPvmRing0NoFault}},
     .prepare = PrepareTouches,
     .before_batch = NeverTouched,
     .size = {.batch = kTouches, .fresh_bytes = kTouchStrideBytes},
     .parameters = kGuestPageParameter},
};

}  // namespace

absl::Span<const Case> EptCases() { return kCases; }

}  // namespace exitbench
