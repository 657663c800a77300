// A piece of guest memory and what backs it on the host.
//
// The guest may write anything there, so nothing read from it is trusted.
// Addresses that the guest gives go through At(), which checks bounds.
#ifndef EXITBENCH_VMM_GUEST_MEMORY_H_
#define EXITBENCH_VMM_GUEST_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/owned.h"
#include "vmm/backing_file.h"

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

// The pages of the host's behind guest memory.
enum class Backing {
  k4K,       // Transparent huge pages forbidden.
  kThp,      // 2 MiB aligned, transparent huge pages asked for.
  kHugetlb,  // hugetlb, 2 MiB.
};
// Returns "4k", "thp" or "hugetlb".
absl::string_view Name(Backing backing);

// What the host has these pages from.
enum class MemorySource {
  kAnon,        // A private anonymous mapping.
  kMemfd,       // A memfd, mapped shared.
  kShmem,       // A shared anonymous mapping.
  kFile,        // The process's temporary file, mapped shared.
  kGuestMemfd,  // A guest_memfd of KVM's, which the host maps too.
};
// Returns "anon", "memfd", "shmem", "file" or "guest_memfd".
absl::string_view Name(MemorySource source);

// Returns what reserves hugetlb pages of 2 MiB. `meminfo` is the text of
// /proc/meminfo: vm.nr_hugepages is of the kernel's default size.
std::string ReservesHugePages(absl::string_view meminfo);
// Checks that 2 MiB hugetlb pages for `bytes` are free on this host.
// kUnavailable, with the figures, if not.
absl::Status CheckHugePages(size_t bytes);

// Checks that memfds and shared mappings can have transparent huge pages.
// kUnimplemented names the setting.
absl::Status CheckShmemHugePages();

// Owns the host mapping behind guest-physical [gpa, gpa + bytes).
class GuestMemory {
 public:
  // Reserves address space. A host page is there once it is touched, or after
  // Populate(). `bytes` is a multiple of the backing's page size, so at least
  // of HostPageBytes(). kUnavailable where too few hugetlb pages are free, or
  // where the host refuses to reserve so much (vm.overcommit_memory=2, a limit
  // on address space).
  // kUnimplemented where there is no such source here.
  static absl::StatusOr<GuestMemory> Create(
      uint64_t gpa, size_t bytes, Backing backing,
      MemorySource source = MemorySource::kAnon);
  // Maps the guest_memfd `fd` of so many bytes, which has pages of 4 KiB.
  static absl::StatusOr<GuestMemory> OfGuestMemfd(uint64_t gpa, size_t bytes,
                                                  UniqueFd fd);

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

  // Gives the host's pages back: MADV_DONTNEED, or a hole in what is shared.
  // The next touch gets new pages. kUnimplemented: the file system of a file
  // makes no holes.
  absl::Status Discard();
  // Maps the memory anew, without pages, so that the host's page tables for it
  // are gone too.
  absl::Status Renew();
  // Takes the pages out of the host's page tables (MADV_DONTNEED). They stay in
  // what is shared. Not for kAnon, which has them nowhere else.
  absl::Status Unmap();
  // Forbids writing on the host (mprotect), or allows it again. The pages stay.
  // kUnimplemented for a guest_memfd: KVM does not go by what the host has
  // mapped.
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
  MemorySource source() const { return source_; }
  // Of a memfd or guest_memfd, else -1.
  int fd() const { return fd_.get(); }

 private:
  GuestMemory(uint64_t gpa, uint8_t* host, size_t bytes, Backing backing,
              MemorySource source, Mapping mapping)
      : gpa_(gpa),
        host_(host),
        bytes_(bytes),
        backing_(backing),
        source_(source),
        mapping_(std::move(mapping)) {}

  // Reserves address space for so many bytes, aligned.
  static absl::StatusOr<GuestMemory> Reserve(uint64_t gpa, size_t bytes,
                                             Backing backing,
                                             MemorySource source);
  // Makes what is mapped shared. Not for kGuestMemfd.
  absl::Status OpenSource();
  // Maps the source over what is there.
  absl::Status MapSource();

  uint64_t gpa_;
  uint8_t* host_;  // Within mapping_, aligned.
  size_t bytes_;
  Backing backing_;
  MemorySource source_;
  Mapping mapping_;
  UniqueFd fd_;
  FileRange file_;  // Of kFile.
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_GUEST_MEMORY_H_
