#include "vmm/guest_memory.h"

#include <linux/memfd.h>
#include <linux/mman.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
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

bool HasFile(MemorySource source) {
  return source != MemorySource::kAnon && source != MemorySource::kShmem;
}

int MapFlags(Backing backing, MemorySource source) {
  int flags = source == MemorySource::kAnon ? MAP_PRIVATE : MAP_SHARED;
  // A hugetlb page that is not reserved may be gone when the guest touches it:
  // SIGBUS.
  if (backing != Backing::kHugetlb) flags |= MAP_NORESERVE;
  if (HasFile(source)) return flags;
  flags |= MAP_ANONYMOUS;
  // Without its size it is the kernel's default, of 512 MiB on some arm64
  // hosts.
  return flags |
         (backing == Backing::kHugetlb ? MAP_HUGETLB | MAP_HUGE_2MB : 0);
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
absl::Status MapFailure(size_t bytes, Backing backing, MemorySource source) {
  const bool no_memory = errno == ENOMEM;
  const absl::Status status = ErrnoStatus(
      "mmap",
      absl::StrFormat("guest memory, %u bytes, %s%s%s", bytes, Name(backing),
                      source == MemorySource::kAnon ? "" : ", ",
                      source == MemorySource::kAnon ? "" : Name(source)));
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

absl::string_view Name(MemorySource source) {
  switch (source) {
    case MemorySource::kAnon:
      return "anon";
    case MemorySource::kMemfd:
      return "memfd";
    case MemorySource::kShmem:
      return "shmem";
    case MemorySource::kFile:
      return "file";
    case MemorySource::kGuestMemfd:
      return "guest_memfd";
  }
  return "unknown";
}

std::string ReservesHugePages(absl::string_view meminfo) {
  constexpr absl::string_view kKey = "\nHugepagesize:";
  const size_t at = meminfo.find(kKey);
  const bool is_default =
      at == absl::string_view::npos ||
      absl::StartsWith(
          absl::StripLeadingAsciiWhitespace(meminfo.substr(at + kKey.size())),
          "2048 kB");
  return is_default ? "sysctl vm.nr_hugepages"
                    : "/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages";
}

absl::Status CheckHugePages(size_t bytes) {
  const size_t free_bytes = FreeHugePages() * kHugePageBytes;
  if (free_bytes >= bytes) return absl::OkStatus();
  std::ostringstream meminfo;
  meminfo << std::ifstream("/proc/meminfo").rdbuf();
  return absl::UnavailableError(absl::StrFormat(
      "needs %d MiB of 2 MiB hugetlb pages, %d MiB are free: %s", bytes >> 20,
      free_bytes >> 20, ReservesHugePages(meminfo.str())));
}

absl::Status CheckShmemHugePages() {
  constexpr char kPath[] = "/sys/kernel/mm/transparent_hugepage/shmem_enabled";
  std::ifstream file(kPath);
  std::string setting;
  while (file >> setting) {
    if (setting.front() == '[') break;
  }
  if (setting == "[always]" || setting == "[within_size]" ||
      setting == "[advise]" || setting == "[force]") {
    return absl::OkStatus();
  }
  return absl::UnimplementedError(absl::StrFormat(
      "needs transparent huge pages of shared memory: %s is %s, give it advise",
      kPath, setting.empty() ? "not there" : setting));
}

absl::StatusOr<GuestMemory> GuestMemory::Reserve(uint64_t gpa, size_t bytes,
                                                 Backing backing,
                                                 MemorySource source) {
  // What is shared is mapped over address space of any kind.
  const Backing first = source == MemorySource::kAnon ? backing : Backing::k4K;
  // A huge page needs the host address aligned as the GPA is.
  const size_t reserved =
      first == Backing::kHugetlb ? bytes : bytes + kHugePageBytes;
  void* begin = sys::Map(nullptr, reserved, PROT_READ | PROT_WRITE,
                         MapFlags(first, MemorySource::kAnon), -1, 0);
  if (begin == MAP_FAILED) return MapFailure(reserved, backing, source);
  Mapping mapping(begin, reserved);
  uint8_t* host = mapping.begin();
  if (first != Backing::kHugetlb) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(host);
    host += (kHugePageBytes - address % kHugePageBytes) % kHugePageBytes;
  }
  return GuestMemory(gpa, host, bytes, backing, source, std::move(mapping));
}

absl::Status GuestMemory::OpenSource() {
  switch (source_) {
    case MemorySource::kMemfd: {
      const bool huge = backing_ == Backing::kHugetlb;
      fd_ = UniqueFd(sys::CreateMemfd("exitbench guest memory",
                                      huge ? MFD_HUGETLB | MFD_HUGE_2MB : 0u));
      if (!fd_.valid()) return ErrnoStatus("memfd_create", Name(backing_));
      if (sys::Truncate(fd_.get(), static_cast<off_t>(bytes_)) == 0) break;
      return ErrnoStatus("ftruncate", "memfd");
    }
    case MemorySource::kFile: {
      absl::StatusOr<FileRange> range = FileRange::Take(bytes_);
      if (!range.ok()) return range.status();
      file_ = *std::move(range);
      break;
    }
    case MemorySource::kAnon:
    case MemorySource::kShmem:
    case MemorySource::kGuestMemfd:
      break;
  }
  return absl::OkStatus();
}

absl::Status GuestMemory::MapSource() {
  const bool of_file = source_ == MemorySource::kFile;
  if (sys::Map(host_, bytes_, PROT_READ | PROT_WRITE,
               MapFlags(backing_, source_) | MAP_FIXED,
               of_file ? file_.fd() : fd_.get(),
               of_file ? file_.offset() : 0) == MAP_FAILED) {
    return MapFailure(bytes_, backing_, source_);
  }
  AskForBacking(backing_, host_, bytes_);
  return absl::OkStatus();
}

absl::StatusOr<GuestMemory> GuestMemory::Create(uint64_t gpa, size_t bytes,
                                                Backing backing,
                                                MemorySource source) {
  EB_CHECK(source != MemorySource::kGuestMemfd);
  if (backing == Backing::kHugetlb) {
    if (absl::Status s = CheckHugePages(bytes); !s.ok()) return s;
  }
  absl::StatusOr<GuestMemory> memory = Reserve(gpa, bytes, backing, source);
  if (!memory.ok()) return memory.status();
  if (source == MemorySource::kAnon) {
    AskForBacking(backing, memory->host_, bytes);
    return memory;
  }
  if (absl::Status s = memory->OpenSource(); !s.ok()) return s;
  if (absl::Status s = memory->MapSource(); !s.ok()) return s;
  return memory;
}

absl::StatusOr<GuestMemory> GuestMemory::OfGuestMemfd(uint64_t gpa,
                                                      size_t bytes,
                                                      UniqueFd fd) {
  absl::StatusOr<GuestMemory> memory =
      Reserve(gpa, bytes, Backing::k4K, MemorySource::kGuestMemfd);
  if (!memory.ok()) return memory.status();
  memory->fd_ = std::move(fd);
  if (absl::Status s = memory->MapSource(); !s.ok()) return s;
  return memory;
}

uint8_t* GuestMemory::At(uint64_t gpa, size_t bytes) const {
  if (gpa < gpa_ || bytes > bytes_ || gpa - gpa_ > bytes_ - bytes) {
    return nullptr;
  }
  return host_ + (gpa - gpa_);
}

absl::Status GuestMemory::Discard() {
  if (source_ == MemorySource::kAnon) {
    if (sys::Advise(host_, bytes_, MADV_DONTNEED) == 0) return absl::OkStatus();
    return ErrnoStatus("madvise", "MADV_DONTNEED");
  }
  if (source_ == MemorySource::kShmem) {
    if (sys::Advise(host_, bytes_, MADV_REMOVE) == 0) return absl::OkStatus();
    return ErrnoStatus("madvise", "MADV_REMOVE");
  }
  const bool of_file = source_ == MemorySource::kFile;
  if (sys::PunchHole(of_file ? file_.fd() : fd_.get(),
                     of_file ? file_.offset() : 0,
                     static_cast<off_t>(bytes_)) == 0) {
    return absl::OkStatus();
  }
  if (of_file && errno == EOPNOTSUPP) {
    return absl::UnimplementedError(
        "the file system of --backing_dir makes no holes (fallocate)");
  }
  return ErrnoStatus("fallocate", "a hole");
}

absl::Status GuestMemory::Renew() {
  if (HasFile(source_)) {
    if (absl::Status s = Discard(); !s.ok()) return s;
  }
  return MapSource();
}

absl::Status GuestMemory::Unmap() {
  EB_CHECK(source_ != MemorySource::kAnon);
  if (sys::Advise(host_, bytes_, MADV_DONTNEED) == 0) return absl::OkStatus();
  return ErrnoStatus("madvise", "MADV_DONTNEED");
}

absl::Status GuestMemory::SetWritable(uint64_t gpa, size_t bytes,
                                      bool writable) {
  if (source_ == MemorySource::kGuestMemfd) {
    return absl::UnimplementedError(
        "KVM takes pages out of a guest_memfd whatever the host has mapped: "
        "mprotect takes nothing from the guest");
  }
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
