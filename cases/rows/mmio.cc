// mmio/: memory-mapped I/O, on a GPA that no slot backs. The first access is
// VMX exit 48 EPT violation, later ones 49 EPT misconfiguration (SDM vol.
// 3C 29.3.3). SVM has VMEXIT_NPF (APM vol. 2 15.25.6), shadow paging a page
// fault, arm64 a data abort from a lower exception level.
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/arch/terms.h"
#include "cases/rows/groups.h"
#include "cases/support/notify.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

// One MMIO exit to userspace.
constexpr Claims kMmioExit = {kOneExitAnywhere, kOneMmioExit};

constexpr uint32_t kStringElements = 16;
constexpr uint32_t kPages = 500;
// So few that the shortest warm-up touches all of them.
constexpr uint32_t kFewPages = 8;
static_assert(EB_MMIO_GPA + kPages * kTouchStrideBytes < 0xfec00000);

absl::Status Bind(Machine& machine, uint32_t bytes, uint32_t flags,
                  uint64_t match) {
  machine.parameters(0).args[0] = kNotifyValue;
  return BindEventfd(machine, EB_MMIO_GPA, bytes, flags, match);
}
absl::Status BindAny(Machine& machine) { return Bind(machine, 4, 0, 0); }
absl::Status BindAnyLength(Machine& machine) { return Bind(machine, 0, 0, 0); }
absl::Status BindMatch(Machine& machine) {
  return Bind(machine, 4, KVM_IOEVENTFD_FLAG_DATAMATCH, kNotifyValue);
}
absl::Status BindMiss(Machine& machine) {
  return Bind(machine, 4, KVM_IOEVENTFD_FLAG_DATAMATCH, kNeverWritten);
}
absl::Status ExpectNoSignal(Machine& machine, uint32_t) {
  return ExpectSignals(machine, 0);
}

absl::Status CoalesceWindow(Machine& machine) {
  machine.parameters(0).args[0] = kNotifyValue;
  return Coalesce(machine, EB_MMIO_GPA, false);
}
absl::Status ExpectWindowCoalesced(Machine& machine, uint32_t events) {
  return ExpectCoalesced(machine, EB_MMIO_GPA, events);
}

absl::Status WriteDataPage(Machine& machine) {
  machine.parameters(0).args[0] = EB_DATA_GPA;
  machine.parameters(0).args[1] = 0;
  return absl::OkStatus();
}

absl::Status WalkWindow(Machine& machine) {
  machine.parameters(0).args[0] = EB_MMIO_GPA;
  machine.parameters(0).args[1] = kTouchStrideBytes;
  return absl::OkStatus();
}

// A change of any slot makes stale what KVM remembers of MMIO pages.
absl::Status ForgetMmio(Machine& machine, uint32_t) {
  absl::Status status = machine.RemoveDataSlot();
  if (!status.ok()) return status;
  return machine.AddDataSlot(0);
}

constexpr KnownLimitation kPvmRing0NoSptes = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason =
        "kvm_pvm emulates ring 0 loads and stores: it keeps no SPTE that "
        "could be there or not"};

constexpr KnownLimitation kArmNoMmioEntries = {
    .backends = kBackendArm,
    .reason =
        "KVM keeps no entries for such pages here: each access is like the "
        "first, as mmio/write.1byte is"};

constexpr Case kCases[] = {
    {.name = "mmio/write",
     .measures = "4-byte store to unbacked memory, handled in userspace: "
                 "KVM_EXIT_MMIO (" EB_TERM_MMIO "; " EB_TERM_MMIO_MANUAL ")",
     .modes = kBothModes,
     .blob = &blobs::mmio_write,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4), .claims = kMmioExit}},
    {.name = "mmio/write.1byte",
     .measures = "1-byte store to unbacked memory: KVM_EXIT_MMIO (" EB_TERM_MMIO
                 "; " EB_TERM_MMIO_MANUAL ")",
     .blob = &blobs::mmio_write1,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 1), .claims = kMmioExit}},
    {.name = "mmio/write.2byte",
     .measures = "2-byte store to unbacked memory: KVM_EXIT_MMIO (" EB_TERM_MMIO
                 "; " EB_TERM_MMIO_MANUAL ")",
     .blob = &blobs::mmio_write2,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 2), .claims = kMmioExit}},
    {.name = "mmio/write.8byte",
     .measures = "8-byte store to unbacked memory: KVM_EXIT_MMIO (" EB_TERM_MMIO
                 "; " EB_TERM_MMIO_MANUAL ")",
     .blob = &blobs::mmio_write8,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 8), .claims = kMmioExit}},
    {.name = "mmio/read",
     .measures = "4-byte load from unbacked memory, handled in userspace: "
                 "KVM_EXIT_MMIO (" EB_TERM_MMIO "; " EB_TERM_MMIO_MANUAL ")",
     .modes = kBothModes,
     .blob = &blobs::mmio_read,
     .expect = {.exit = MmioRead(EB_MMIO_GPA, 4), .claims = kMmioExit}},
    {.name = "mmio/read.1byte",
     .measures =
         "1-byte load from unbacked memory: KVM_EXIT_MMIO (" EB_TERM_MMIO
         "; " EB_TERM_MMIO_MANUAL ")",
     .blob = &blobs::mmio_read1,
     .expect = {.exit = MmioRead(EB_MMIO_GPA, 1), .claims = kMmioExit}},
    {.name = "mmio/read.2byte",
     .measures =
         "2-byte load from unbacked memory: KVM_EXIT_MMIO (" EB_TERM_MMIO
         "; " EB_TERM_MMIO_MANUAL ")",
     .blob = &blobs::mmio_read2,
     .expect = {.exit = MmioRead(EB_MMIO_GPA, 2), .claims = kMmioExit}},
    {.name = "mmio/read.8byte",
     .measures =
         "8-byte load from unbacked memory: KVM_EXIT_MMIO (" EB_TERM_MMIO
         "; " EB_TERM_MMIO_MANUAL ")",
     .blob = &blobs::mmio_read8,
     .expect = {.exit = MmioRead(EB_MMIO_GPA, 8), .claims = kMmioExit}},
    {.name = "mmio/string",
     .measures = EB_TERM_STRING
     " to unbacked memory, an exit each: KVM_EXIT_MMIO (" EB_TERM_MMIO
     "; " EB_TERM_MMIO_MANUAL ")",
     .modes = kBothModes,
     .blob = &blobs::mmio_string,
     .expect = {.exit = OfElements(
                    kStringElements,
                    MmioWriteWithin(EB_MMIO_GPA, kStringElements * 4, 4)),
                .claims = {MmioExits(kStringElements)}},
     .size = {.max_events = 100}},
    {.name = "mmio/ioeventfd",
     .measures = "4-byte store that signals an eventfd whatever the value, in "
                 "the kernel (" EB_TERM_MMIO "; KVM API 4.59)",
     .modes = kBothModes,
     .blob = &blobs::mmio_notify,
     .expect = {.claims = kMmioInKernel,
                .exit_reasons = kMmioReasons,
                .verifies = "eventfd signals counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
     .prepare = BindAny,
     .verify_batch = ExpectSignals},
    {.name = "mmio/ioeventfd.any_length",
     .measures =
         "4-byte store that signals an eventfd whatever value and "
         "length" EB_TERM_ANY_LENGTH " (" EB_TERM_MMIO "; KVM API 4.59)",
     .modes = kBothModes,
     .blob = &blobs::mmio_notify,
     .expect = {.claims = kMmioAnyLength,
                .exit_reasons = kMmioReasons,
                .verifies = "eventfd signals counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD_ANY_LENGTH)}},
     .prepare = BindAnyLength,
     .verify_batch = ExpectSignals},
    {.name = "mmio/ioeventfd_datamatch",
     .measures = "4-byte store that signals an eventfd since the value "
                 "matches, in the kernel (" EB_TERM_MMIO "; KVM API 4.59)",
     .modes = kBothModes,
     .blob = &blobs::mmio_notify,
     .expect = {.claims = kMmioInKernel,
                .exit_reasons = kMmioReasons,
                .verifies = "eventfd signals counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
     .prepare = BindMatch,
     .verify_batch = ExpectSignals},
    {.name = "mmio/ioeventfd_miss",
     .measures = "4-byte store of another value to an eventfd's address: "
                 "KVM_EXIT_MMIO after all (" EB_TERM_MMIO "; KVM API 4.59)",
     .modes = kBothModes,
     .blob = &blobs::mmio_notify,
     .expect = {.exit = MmioWrite(EB_MMIO_GPA, 4), .claims = kMmioExit},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_IOEVENTFD)}},
     .prepare = BindMiss,
     .verify_batch = ExpectNoSignal},
    {.name = "mmio/coalesced",
     .measures = "4-byte store that goes to the ring of coalesced writes, in "
                 "the kernel (" EB_TERM_MMIO "; KVM API 4.116)",
     .modes = kBothModes,
     .blob = &blobs::mmio_notify,
     .expect = {.claims = kMmioInKernel,
                .exit_reasons = kMmioReasons,
                .verifies = "entries of the coalesced ring counted"},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_COALESCED_MMIO)}},
     .prepare = CoalesceWindow,
     .verify_batch = ExpectWindowCoalesced,
     .size = {.max_batch = kMostCoalesced}},
    {.name = "mmio/readonly_memslot_write",
     .measures = "1-byte store to a slot of KVM_MEM_READONLY: KVM_EXIT_MMIO "
                 "(" EB_TERM_FAULT "; KVM API 4.35)",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kPageBytes, .data_flags = KVM_MEM_READONLY},
     .expect = {.exit = MmioWrite(EB_DATA_GPA, 1), .claims = kReadOnlySlot},
     .host = {.needs = {EB_NEED_CAP(KVM_CAP_READONLY_MEM)}},
     .prepare = WriteDataPage},
    {.name = "mmio/first_access",
     .measures =
         "1-byte store to an unbacked page that KVM has no entry for yet: "
         "KVM_EXIT_MMIO (" EB_TERM_MMIO_FIRST "; " EB_TERM_MMIO_MANUAL ")",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .shape = {.data_bytes = kPageBytes},
     .expect = {.exit =
                    MmioWriteWithin(EB_MMIO_GPA, kPages* kTouchStrideBytes, 1),
                .claims = kMmioEntryMade},
     .host = {.limitations = {kPvmRing0NoSptes, kArmNoMmioEntries}},
     .prepare = WalkWindow,
     .before_batch = ForgetMmio,
     .size = {.max_batch = kPages, .batch_slack = 32}},
    {.name = "mmio/repeated_access",
     .measures =
         "1-byte store to one of 8 unbacked pages that KVM has an entry for: "
         "KVM_EXIT_MMIO (" EB_TERM_MMIO_AGAIN "; " EB_TERM_MMIO_MANUAL ")",
     .modes = kBothModes,
     .blob = &blobs::touch_write,
     .expect = {.exit =
                    MmioWriteWithin(EB_MMIO_GPA, kPages* kTouchStrideBytes, 1),
                .claims = kMmioEntryFound},
     .host = {.limitations = {kPvmRing0NoSptes, kArmNoMmioEntries}},
     .prepare = WalkWindow,
     .size = {.max_batch = kFewPages}},
};

}  // namespace

absl::Span<const Case> MmioCases() { return kCases; }

}  // namespace exitbench
