#include "vmm/guest_memory.h"

#include <sys/mman.h>

#include "absl/strings/str_format.h"
#include "vmm/ioctl.h"
#include "vmm/sys.h"

namespace exitbench {
namespace {

constexpr size_t kHugePageBytes = 2u << 20;
constexpr size_t kPageBytes = 4096;

}  // namespace

absl::string_view Name(Backing backing) {
  switch (backing) {
    case Backing::k4K:
      return "4k";
    case Backing::kThp:
      return "thp";
    case Backing::kHugetlb:
      return "hugetlb";
  }
  return "unknown";
}

absl::StatusOr<GuestMemory> GuestMemory::Create(uint64_t gpa, size_t bytes,
                                                Backing backing) {
  // A huge page needs the host address aligned as the GPA is.
  const size_t reserved =
      backing == Backing::kHugetlb ? bytes : bytes + kHugePageBytes;
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (backing == Backing::kHugetlb) flags |= MAP_HUGETLB;
  void* begin =
      sys::Map(nullptr, reserved, PROT_READ | PROT_WRITE, flags, -1, 0);
  if (begin == MAP_FAILED) {
    return ErrnoStatus("mmap", absl::StrFormat("guest memory, %u bytes, %s",
                                               bytes, Name(backing)));
  }
  Mapping mapping(begin, reserved);
  uint8_t* host = mapping.begin();
  if (backing != Backing::kHugetlb) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(host);
    host += (kHugePageBytes - address % kHugePageBytes) % kHugePageBytes;
    const int advice =
        backing == Backing::kThp ? MADV_HUGEPAGE : MADV_NOHUGEPAGE;
    // A kernel without THP refuses the advice; then there is nothing to
    // forbid, and a case that wants THP finds out by its counters.
    (void)sys::Advise(host, bytes, advice);
  }
  return GuestMemory(gpa, host, bytes, std::move(mapping));
}

uint8_t* GuestMemory::At(uint64_t gpa, size_t bytes) const {
  if (gpa < gpa_ || bytes > bytes_ || gpa - gpa_ > bytes_ - bytes) {
    return nullptr;
  }
  return host_ + (gpa - gpa_);
}

void GuestMemory::Populate() { PopulateStride(kPageBytes); }

void GuestMemory::PopulateStride(size_t stride_bytes) {
  for (size_t at = 0; at < bytes_; at += stride_bytes) {
    volatile uint8_t* byte = host_ + at;
    *byte = *byte;
  }
}

}  // namespace exitbench
