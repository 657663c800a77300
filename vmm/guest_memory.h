// A piece of guest memory and what backs it on the host.
//
// The guest writes it at will, so nothing read from it is trusted. Addresses
// that come from the guest go through At(), which checks bounds.
#ifndef EXITBENCH_VMM_GUEST_MEMORY_H_
#define EXITBENCH_VMM_GUEST_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/owned.h"

namespace exitbench {

// Of the guest's and the host's pages, and of the larger kind of both.
inline constexpr uint64_t kPageBytes = 4096;
inline constexpr uint64_t kHugePageBytes = 2u << 20;

// Page size that the guest's own tables map case memory with.
enum class GuestPage { k4K, k2M };

enum class Backing {
  k4K,       // Anonymous, transparent huge pages forbidden.
  kThp,      // Anonymous, 2 MiB aligned, transparent huge pages asked for.
  kHugetlb,  // MAP_HUGETLB, 2 MiB.
};
absl::string_view Name(Backing backing);

// kUnavailable, with the figures, where fewer than `bytes` of 2 MiB hugetlb
// pages are free on this host.
absl::Status CheckHugePages(size_t bytes);

// Owns the host mapping behind guest-physical [gpa, gpa + bytes).
class GuestMemory {
 public:
  // Reserves only: no host page is there until touched or Populate().
  // `bytes` is a multiple of the backing's page. kUnavailable where hugetlb
  // pages are not reserved on this host, or where it has no memory to promise:
  // with vm.overcommit_memory=2 what is reserved counts.
  static absl::StatusOr<GuestMemory> Create(uint64_t gpa, size_t bytes,
                                            Backing backing);

  GuestMemory(GuestMemory&&) = default;
  GuestMemory& operator=(GuestMemory&&) = default;

  // Host address of guest-physical [gpa, gpa + bytes); null unless all of it
  // lies within.
  uint8_t* At(uint64_t gpa, size_t bytes) const;

  // Has the host back all pages now, by writing to each: later faults are the
  // guest's second-level ones only.
  void Populate();
  // The same for one page at each `stride_bytes`.
  void PopulateStride(size_t stride_bytes);

  // Gives the host's pages back (MADV_DONTNEED): the next touch gets new ones.
  absl::Status Discard();
  // The same, and the host's page tables for them go too: as never touched.
  absl::Status Renew();
  // Takes the right to write away, or gives it back. The pages stay.
  absl::Status SetWritable(bool writable) {
    return SetWritable(gpa_, bytes_, writable);
  }
  // Of [gpa, gpa + bytes), whole pages within this memory.
  absl::Status SetWritable(uint64_t gpa, size_t bytes, bool writable);

  // How many pages the host has here now, of the one at each `stride_bytes`
  // (mincore).
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
