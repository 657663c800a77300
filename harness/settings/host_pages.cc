#include "harness/settings/host_pages.h"

#include <cstdio>
#include <fstream>
#include <sstream>

#include "absl/strings/str_format.h"

namespace exitbench {

uint64_t ParseHugeBytes(const std::string& smaps, uint64_t begin,
                        uint64_t bytes) {
  std::istringstream lines(smaps);
  std::string line;
  bool within = false;
  while (std::getline(lines, line)) {
    unsigned long first = 0, end = 0, kib = 0;
    char permissions[5] = {};
    if (std::sscanf(line.c_str(), "%lx-%lx %4s", &first, &end, permissions) ==
        3) {
      within = first <= begin && begin + bytes <= end;
    } else if (within &&
               std::sscanf(line.c_str(), "AnonHugePages: %lu kB", &kib) == 1) {
      return uint64_t{kib} << 10;
    }
  }
  return 0;
}

absl::Status JudgeHugeBacking(uint64_t huge, uint64_t wanted,
                              uint64_t huge_page_bytes) {
  // Of arm64 with base pages of 16 KiB they have 32 MiB, with 64 KiB 512 MiB.
  if (huge_page_bytes != 0 && huge_page_bytes != kHugePageBytes) {
    return absl::UnavailableError(absl::StrFormat(
        "wants transparent huge pages of 2 MiB, and this host's have %d MiB",
        huge_page_bytes >> 20));
  }
  if (huge >= wanted) return absl::OkStatus();
  return absl::UnavailableError(absl::StrFormat(
      "the host backs %d of %d MiB by transparent huge pages: is "
      "/sys/kernel/mm/transparent_hugepage/enabled madvise or always, and "
      "is so much free in one piece?",
      huge >> 20, wanted >> 20));
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
  return JudgeHugeBacking(huge, wanted, huge_page_bytes);
}

}  // namespace exitbench
