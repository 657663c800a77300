// Hooks of cases that copy the memory of a guest that stands still, all of it
// or what it has dirtied, as a checkpoint does. The guest is blobs::touch_write
// over kCopiedBytes of case memory. They keep their state in the machine.
#ifndef EXITBENCH_CASES_SUPPORT_MEMORY_COPY_H_
#define EXITBENCH_CASES_SUPPORT_MEMORY_COPY_H_

#include <cstdint>

#include "absl/status/status.h"
#include "cases/case.h"
#include "cases/support/dirty_log.h"
#include "guest_blobs/payloads.h"
#include "vmm/machine.h"

namespace exitbench {

inline constexpr uint64_t kCopiedBytes = 8u << 20;
inline constexpr uint64_t kCopiedPages = kCopiedBytes / kPageBytes;

// Returns how many pages a guest writes to that touches one in `each`.
constexpr uint64_t DirtyPages(uint64_t each) {
  return (kCopiedPages + each - 1) / each;
}

// Makes the copy's buffers, and has the guest go by strides of `each` pages.
absl::Status MakeCopy(Machine& machine, uint64_t each);
// Runs the guest until it has written to so many pages. The harness' watchdog
// ends it if it takes too long.
absl::Status LetTouch(Machine& machine, uint64_t pages);
// For HostLoop::timed. They return how many pages were copied, or -1.
int TimedCopyDirty(Machine& machine);
int TimedCopyAll(Machine& machine);
// Checks what one of the two has returned, and the copy.
absl::Status ExpectCopied(Machine& machine, int result, int error,
                          uint64_t pages);

template <uint64_t kEach>
absl::Status PrepareCopy(Machine& machine) {
  static_assert(DirtyPages(kEach) <= EB_MAX_STAMPS);
  return MakeCopy(machine, kEach);
}
template <uint64_t kEach>
absl::Status LetWriteToPages(Machine& machine) {
  return LetTouch(machine, DirtyPages(kEach));
}
template <uint64_t kExpected>
absl::Status CheckCopy(Machine& machine, int result, int error) {
  return ExpectCopied(machine, result, error, kExpected);
}

// The rows, which differ in how many pages are dirty.
template <uint64_t kEach>
constexpr Case CopyDirty(absl::string_view name, absl::string_view measures) {
  return {.name = name,
          .measures = measures,
          .modes = kUserMode,
          .host_loop = {.guest = &blobs::touch_write,
                        .before = LetWriteToPages<kEach>,
                        .timed = TimedCopyDirty,
                        .after = CheckCopy<DirtyPages(kEach)>},
          .shape = {.data_bytes = kCopiedBytes,
                    .data_flags = KVM_MEM_LOG_DIRTY_PAGES},
          .host = {.supported = SupportsDirtyPages, .hook_bytes = kCopiedBytes},
          .prepare = PrepareCopy<kEach>,
          .per_event = {.bytes = DirtyPages(kEach) * kPageBytes,
                        .items = static_cast<uint32_t>(DirtyPages(kEach)),
                        .item = "page"},
          .size = {.max_events = 20}};
}
constexpr Case CopyAll(absl::string_view name, absl::string_view measures) {
  return {.name = name,
          .measures = measures,
          .modes = kUserMode,
          .host_loop = {.guest = &blobs::touch_write,
                        .before = LetWriteToPages<10>,
                        .timed = TimedCopyAll,
                        .after = CheckCopy<kCopiedPages>},
          .shape = {.data_bytes = kCopiedBytes},
          .host = {.hook_bytes = kCopiedBytes},
          .prepare = PrepareCopy<10>,
          .per_event = {.bytes = kCopiedBytes,
                        .items = kCopiedPages,
                        .item = "page"},
          .size = {.max_events = 20}};
}

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_MEMORY_COPY_H_
