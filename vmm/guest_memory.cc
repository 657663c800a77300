#include "vmm/guest_memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/check.h"
#include "base/ioctl.h"
#include "base/sys.h"
#include "vmm/arch/touch.h"

namespace exitbench {
namespace {

// Linux 5.14 has pages ready to be written, as a write would. To read a byte
// and write it back is not the same: the read maps the zero page, and a write
// over a huge zero page then maps a small page. Some emulators even split an
// instruction that reads and writes into these two.
#ifdef MADV_POPULATE_WRITE
constexpr int kMadvPopulateWrite = MADV_POPULATE_WRITE;
#else
constexpr int kMadvPopulateWrite = 23;
#endif

int MapFlags(Backing backing) {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
  // A hugetlb page that is not reserved may be gone when the guest touches it:
  // SIGBUS.
  return flags | (backing == Backing::kHugetlb ? MAP_HUGETLB : MAP_NORESERVE);
}

void AskForBacking(Backing backing, void* host, size_t bytes) {
  if (backing == Backing::kHugetlb) return;
  // A kernel without THP refuses the advice. Then there is nothing to forbid,
  // and the harness checks what a case that wants THP got.
  (void)sys::Advise(host, bytes,
                    backing == Backing::kThp ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

// Returns the error of an mmap of guest memory. Having too little memory, by
// vm.overcommit_memory=2 or a limit on address space, makes the case SKIPPED.
absl::Status MapFailure(size_t bytes, Backing backing) {
  const bool no_memory = errno == ENOMEM;
  const absl::Status status = ErrnoStatus(
      "mmap",
      absl::StrFormat("guest memory, %u bytes, %s", bytes, Name(backing)));
  return no_memory ? absl::UnavailableError(status.message()) : status;
}

size_t FreeHugePages() {
  std::ifstream file(
      "/sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
  size_t pages = 0;
  file >> pages;
  return pages;
}

}  // namespace

uint64_t HostPageBytes() {
  static const uint64_t bytes = static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

uint64_t WholeHostPages(uint64_t bytes) {
  const uint64_t page = HostPageBytes();
  return (bytes + page - 1) / page * page;
}

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

absl::Status CheckHugePages(size_t bytes) {
  const size_t free_bytes = FreeHugePages() * kHugePageBytes;
  if (free_bytes >= bytes) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrFormat("needs %d MiB of 2 MiB hugetlb pages, %d MiB are free: "
                      "sysctl vm.nr_hugepages",
                      bytes >> 20, free_bytes >> 20));
}

absl::StatusOr<GuestMemory> GuestMemory::Create(uint64_t gpa, size_t bytes,
                                                Backing backing) {
  // A huge page needs the host address aligned as the GPA is.
  const size_t reserved =
      backing == Backing::kHugetlb ? bytes : bytes + kHugePageBytes;
  if (backing == Backing::kHugetlb) {
    if (absl::Status s = CheckHugePages(bytes); !s.ok()) return s;
  }
  void* begin = sys::Map(nullptr, reserved, PROT_READ | PROT_WRITE,
                         MapFlags(backing), -1, 0);
  if (begin == MAP_FAILED) {
    return MapFailure(reserved, backing);
  }
  Mapping mapping(begin, reserved);
  uint8_t* host = mapping.begin();
  if (backing != Backing::kHugetlb) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(host);
    host += (kHugePageBytes - address % kHugePageBytes) % kHugePageBytes;
    AskForBacking(backing, host, bytes);
  }
  return GuestMemory(gpa, host, bytes, backing, std::move(mapping));
}

uint8_t* GuestMemory::At(uint64_t gpa, size_t bytes) const {
  if (gpa < gpa_ || bytes > bytes_ || gpa - gpa_ > bytes_ - bytes) {
    return nullptr;
  }
  return host_ + (gpa - gpa_);
}

absl::Status GuestMemory::Discard() {
  if (sys::Advise(host_, bytes_, MADV_DONTNEED) == 0) return absl::OkStatus();
  return ErrnoStatus("madvise", "MADV_DONTNEED");
}

absl::Status GuestMemory::Renew() {
  if (sys::Map(host_, bytes_, PROT_READ | PROT_WRITE,
               MapFlags(backing_) | MAP_FIXED, -1, 0) == MAP_FAILED) {
    return MapFailure(bytes_, backing_);
  }
  AskForBacking(backing_, host_, bytes_);
  return absl::OkStatus();
}

absl::Status GuestMemory::SetWritable(uint64_t gpa, size_t bytes,
                                      bool writable) {
  uint8_t* at = At(gpa, bytes);
  EB_CHECK(at != nullptr);
  if (sys::Protect(at, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ) ==
      0) {
    return absl::OkStatus();
  }
  return ErrnoStatus("mprotect", writable ? "read, write" : "read");
}

absl::StatusOr<uint64_t> GuestMemory::ResidentPages(size_t stride_bytes) const {
  const uint64_t page = HostPageBytes();
  std::vector<unsigned char> resident((bytes_ + page - 1) / page);
  if (sys::Resident(host_, bytes_, resident.data()) != 0) {
    return ErrnoStatus("mincore", "guest memory");
  }
  uint64_t pages = 0;
  for (size_t at = 0; at < bytes_; at += stride_bytes) {
    pages += resident[at / page] & 1;
  }
  return pages;
}

void GuestMemory::Populate() { PopulateStride(HostPageBytes()); }

void GuestMemory::PopulateStride(size_t stride_bytes) {
  const size_t page = HostPageBytes();
  const size_t stride = std::max(stride_bytes, page);
  if (stride == page && sys::Advise(host_, bytes_, kMadvPopulateWrite) == 0) {
    return;
  }
  for (size_t at = 0; at < bytes_; at += stride) {
    if (sys::Advise(host_ + at, page, kMadvPopulateWrite) == 0) continue;
    TouchForWrite(host_ + at);
  }
}

}  // namespace exitbench
