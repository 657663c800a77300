#include "harness/settings/host_pages.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exitbench {

uint64_t ParseHugeBytes(const std::string& smaps, uint64_t begin,
                        uint64_t bytes) {
  std::istringstream lines(smaps);
  std::string line;
  bool within = false;
  uint64_t found = 0;
  while (std::getline(lines, line)) {
    unsigned long first = 0, end = 0, kib = 0;
    char permissions[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &first, &end, permissions) ==
        3) {
      within = first <= begin && begin + bytes <= end;
      if (!within && found > 0) break;
    } else if (within &&
               (std::sscanf(line.c_str(), "AnonHugePages: %lu kB", &kib) == 1 ||
                std::sscanf(line.c_str(), "ShmemPmdMapped: %lu kB", &kib) ==
                    1 ||
                std::sscanf(line.c_str(), "FilePmdMapped: %lu kB", &kib) ==
                    1)) {
      found += uint64_t{kib} << 10;
    }
  }
  return found;
}

absl::Status JudgeHugeBacking(uint64_t huge, uint64_t wanted,
                              uint64_t huge_page_bytes, MemorySource source) {
  // Of arm64 with base pages of 16 KiB they have 32 MiB, with 64 KiB 512 MiB.
  if (huge_page_bytes != 0 && huge_page_bytes != kHugePageBytes) {
    return absl::UnavailableError(absl::StrFormat(
        "wants transparent huge pages of 2 MiB, and this host's have %d MiB",
        huge_page_bytes >> 20));
  }
  if (huge >= wanted) return absl::OkStatus();
  const std::string figures = absl::StrFormat(
      "the host backs %d of %d MiB by transparent huge pages: ", huge >> 20,
      wanted >> 20);
  if (source == MemorySource::kFile) {
    return absl::UnavailableError(absl::StrCat(
        figures, "does the file system of --backing_dir have any?"));
  }
  return absl::UnavailableError(
      absl::StrCat(figures, "is /sys/kernel/mm/transparent_hugepage/",
                   source == MemorySource::kAnon ? "enabled madvise"
                                                 : "shmem_enabled advise",
                   " or always, and is so much free in one piece?"));
}

absl::Status CheckHugeBacking(Machine& machine) {
  if (machine.shape().data_bytes == 0 ||
      machine.data().backing() != Backing::kThp) {
    return absl::OkStatus();
  }
  std::ifstream file("/proc/self/smaps");
  std::stringstream text;
  text << file.rdbuf();
  const uint64_t wanted = machine.data().bytes();
  const uint64_t huge = ParseHugeBytes(
      text.str(), reinterpret_cast<uint64_t>(machine.data().host()), wanted);
  uint64_t huge_page_bytes = 0;
  std::ifstream("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size") >>
      huge_page_bytes;
  return JudgeHugeBacking(huge, wanted, huge_page_bytes,
                          machine.data().source());
}

}  // namespace exitbench
