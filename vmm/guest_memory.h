// A piece of guest memory and what backs it on the host.
//
// The guest may write anything there, so nothing read from it is trusted.
// Addresses that the guest gives go through At(), which checks bounds.
#ifndef EXITBENCH_VMM_GUEST_MEMORY_H_
#define EXITBENCH_VMM_GUEST_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/owned.h"

namespace exitbench {

// The sizes of the guest's pages, and of most hosts'.
inline constexpr uint64_t kPageBytes = 4096;
inline constexpr uint64_t kHugePageBytes = 2u << 20;

// Returns the size of the host's pages: 4 KiB on x86-64, but kernels of arm64
// may have 16 or 64 KiB.
uint64_t HostPageBytes();
// Returns `bytes` rounded up to pages of the host, as a memory slot has to be.
uint64_t WholeHostPages(uint64_t bytes);

// The page size by which the guest's own tables map case memory.
enum class GuestPage { k4K, k2M };

// The kind of host memory behind guest memory.
enum class Backing {
  k4K,       // Anonymous, transparent huge pages forbidden.
  kThp,      // Anonymous, 2 MiB aligned, transparent huge pages asked for.
  kHugetlb,  // MAP_HUGETLB, 2 MiB.
};
// Returns "4k", "thp" or "hugetlb".
absl::string_view Name(Backing backing);

// Checks that 2 MiB hugetlb pages for `bytes` are free on this host.
// kUnavailable, with the figures, if not.
absl::Status CheckHugePages(size_t bytes);

// Owns the host mapping behind guest-physical [gpa, gpa + bytes).
class GuestMemory {
 public:
  // Reserves address space. A host page is there once it is touched, or after
  // Populate(). `bytes` is a multiple of the backing's page size, so at least
  // of HostPageBytes(). kUnavailable where too few hugetlb pages are free, or
  // where the host refuses to reserve so much (vm.overcommit_memory=2, a limit
  // on address space).
  static absl::StatusOr<GuestMemory> Create(uint64_t gpa, size_t bytes,
                                            Backing backing);

  GuestMemory(GuestMemory&&) = default;
  GuestMemory& operator=(GuestMemory&&) = default;

  // Returns the host address of guest-physical [gpa, gpa + bytes). Null unless
  // all of it lies within this memory.
  uint8_t* At(uint64_t gpa, size_t bytes) const;

  // Has the host back all pages now. After that only the second level of paging
  // can fault.
  void Populate();
  // Does the same for one page in each `stride_bytes`.
  void PopulateStride(size_t stride_bytes);

  // Gives the host's pages back (MADV_DONTNEED). The next touch gets new pages.
  absl::Status Discard();
  // Maps the memory anew, so that the host's page tables for it are gone too.
  absl::Status Renew();
  // Forbids writing on the host (mprotect), or allows it again. The pages stay.
  absl::Status SetWritable(bool writable) {
    return SetWritable(gpa_, bytes_, writable);
  }
  // Does so for [gpa, gpa + bytes), which is whole pages of this memory.
  absl::Status SetWritable(uint64_t gpa, size_t bytes, bool writable);

  // Counts the pages that the host has here now, looking at one page in each
  // `stride_bytes` (mincore).
  absl::StatusOr<uint64_t> ResidentPages(size_t stride_bytes) const;

  uint64_t gpa() const { return gpa_; }
  size_t bytes() const { return bytes_; }
  uint8_t* host() const { return host_; }
  Backing backing() const { return backing_; }

 private:
  GuestMemory(uint64_t gpa, uint8_t* host, size_t bytes, Backing backing,
              Mapping mapping)
      : gpa_(gpa),
        host_(host),
        bytes_(bytes),
        backing_(backing),
        mapping_(std::move(mapping)) {}

  uint64_t gpa_;
  uint8_t* host_;  // Within mapping_, aligned.
  size_t bytes_;
  Backing backing_;
  Mapping mapping_;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_GUEST_MEMORY_H_
