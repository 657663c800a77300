// mem/: what memory costs a guest once it has it, and what it takes to get it.
// These are HyperBench's memory benchmarks, and the two-dimensional page walk.
#include "cases/arch/claims.h"
#include "cases/arch/exit_reasons.h"
#include "cases/arch/facts.h"
#include "cases/arch/terms.h"
#include "cases/rows/groups.h"
#include "cases/support/mapped_pages.h"
#include "cases/support/touch.h"
#include "guest_blobs/payloads.h"

namespace exitbench {
namespace {

constexpr uint32_t kHotLoads = 64;
constexpr uint64_t kHotBytes = 16u << 20;

// Has touch_run go over all of case memory.
absl::Status PrepareHot(Machine& machine) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = EB_DATA_GPA + machine.data().bytes();
  block.args[2] = kPageBytes;
  block.args[3] = kHotLoads;
  machine.data().Populate();
  return absl::OkStatus();
}

absl::Status PrepareCold(Machine& machine) {
  TouchEvery(machine, kLargestHostPageBytes);
  return absl::OkStatus();
}

// The pages and payloads of ept/, but nothing takes the mappings away.
constexpr Case SecondTouch(absl::string_view name, absl::string_view measures,
                           const GuestBlob& blob) {
  return {.name = name,
          .measures = measures,
          .modes = kBothModes,
          .blob = &blob,
          .shape = {.data_bytes = kTouchBytes},
          .expect = {.never_exits = kHardware | kBackendPvm,
                     .claims = kNoPageFault},
          .host = {.limitations = {kPvmRing0NoFault}},
          .prepare = PrepareBackedTouches,
          .size = {.batch = kTouches, .touched_bytes = kTouchStrideBytes},
          .parameters = kGuestPageParameter | kBackingParameter};
}

constexpr uint64_t kBlockBytes = 256u << 10;
constexpr uint64_t kStreamBytes = 32u << 20;

absl::Status PrepareStream(Machine& machine) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = EB_DATA_GPA + machine.data().bytes();
  block.args[2] = kBlockBytes;
  machine.data().Populate();
  return absl::OkStatus();
}

absl::Status PrepareCopy(Machine& machine) {
  ParameterBlock& block = machine.parameters(0);
  const uint64_t half = machine.data().bytes() / 2;
  block.args[0] = EB_DATA_GPA;
  block.args[1] = block.args[3] = EB_DATA_GPA + half;
  block.args[2] = kBlockBytes;
  machine.data().Populate();
  return absl::OkStatus();
}

// The tables for so much memory have 16 directory entries and 8192 page
// entries.
constexpr uint64_t kMappedBytes = 32u << 20;
constexpr uint32_t kEntries = kMappedBytes / kPageBytes;
constexpr uint64_t kTableBytes = kEntries * 8 + 2 * kPageBytes;

absl::Status PrepareTables(Machine& machine) {
  ParameterBlock& block = machine.parameters(0);
  block.args[0] = EB_DATA_GPA;
  block.args[1] = kMappedBytes;
  machine.data().Populate();
  return absl::OkStatus();
}

constexpr KnownLimitation kPvmRing0Slow = {
    .backends = kBackendPvm,
    .modes = kKernelMode,
    .reason =
        "kvm_pvm emulates ring 0, instruction by instruction; its ring 3 "
        "case runs natively"};

constexpr Case Stream(absl::string_view name, absl::string_view measures,
                      const GuestBlob& blob,
                      absl::Status (*prepare)(Machine&)) {
  return {.name = name,
          .measures = measures,
          .modes = kUserMode,
          .blob = &blob,
          .shape = {.data_bytes = kStreamBytes},
          .expect = {.never_exits = kHardware | kBackendPvm,
                     .claims = kNoPageFault},
          .prepare = prepare,
          .finish = FindHugeMapping,
          .per_event = {.bytes = kBlockBytes},
          .size = {.max_events = 500, .touched_bytes = kBlockBytes},
          .native = true,
          .parameters = kGuestPageParameter | kHostPageParameter |
                        kWorkingSetParameter | kBackingParameter};
}

constexpr Case kCases[] = {
    {.name = "mem/hot",
     .measures = "64 loads, one from each of as many pages that guest and host "
                 "have mapped; 16 MiB in all",
     .modes = kBothModes,
     .blob = &blobs::touch_run,
     .shape = {.data_bytes = kHotBytes},
     .expect = {.never_exits = kHardware | kBackendPvm, .claims = kNoPageFault},
     .host = {.limitations = {kPvmRing0Slow}},
     .prepare = PrepareHot,
     .finish = FindHugeMapping,
     .per_event = {.items = kHotLoads, .item = "access"},
     .size = {.touched_bytes = kHotLoads * kPageBytes},
     .native = true,
     .parameters = kGuestPageParameter | kHostPageParameter |
                   kWorkingSetParameter | kBackingParameter},
    {.name = "mem/cold",
     .measures = "first load from each page of never-touched memory, page "
                 "after page",
     .modes = kBothModes,
     .blob = &blobs::touch_read,
     .shape = {.data_bytes = kHotBytes},
     .expect = {.claims = kOnePageFault,
                .exit_reasons = kUncountedFaultReasons},
     .host = {.limitations = {kPvmRing0NoFault}},
     .prepare = PrepareCold,
     .before_batch = NeverTouched,
     .size = {.batch = kTouches, .fresh_bytes = kLargestHostPageBytes},
     .native = true,
     .parameters =
         kGuestPageParameter | kWorkingSetParameter | kBackingParameter},
    SecondTouch("mem/second_touch_read",
                "second load from a page that the ept/ cases fault on: the "
                "first one mapped it",
                blobs::touch_read),
    SecondTouch("mem/second_touch_write",
                "second store to a page that the ept/ cases fault on: the "
                "first one mapped it",
                blobs::touch_write),
    {.name = "mem/set_page_tables",
     .measures = "write the page tables that map 32 MiB one to one, of 8192 "
                 "entries; nobody uses them",
     .modes = kBothModes,
     .blob = &blobs::set_page_tables,
     .shape = {.data_bytes =
                   (kTableBytes / kHugePageBytes + 1) * kHugePageBytes},
     .expect = {.never_exits = kHardware | kBackendPvm, .claims = kNoPageFault},
     .host = {.limitations = {kPvmRing0Slow}},
     .prepare = PrepareTables,
     .finish = FindHugeMapping,
     .per_event = {.items = kEntries, .item = "entry"},
     .size = {.batch = 20, .max_events = 200},
     .native = true,
     .parameters =
         kGuestPageParameter | kHostPageParameter | kBackingParameter},
    Stream("mem/bandwidth_read",
           "load 256 KiB, 8 bytes at a time, out of 32 MiB", blobs::stream_read,
           PrepareStream),
    Stream("mem/bandwidth_write",
           "fill 256 KiB of 32 MiB by " EB_TERM_FILL ", as memset does",
           blobs::stream_write, PrepareStream),
    Stream("mem/bandwidth_copy",
           "copy 256 KiB from one half of 32 MiB to the other by " EB_TERM_COPY
           ", as memcpy does",
           blobs::stream_copy, PrepareCopy),
};

}  // namespace

absl::Span<const Case> MemCases() { return kCases; }

}  // namespace exitbench
