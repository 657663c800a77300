#include "harness/host/memory_need.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace exitbench {
namespace {

// Left to the host, for the page tables of the guest's memory and all else.
constexpr uint64_t kReserveBytes = 32u << 20;

// More than any machine has: cgroup v1 writes "no limit" as a number near 2^63.
constexpr uint64_t kNoLimitBytes = uint64_t{1} << 62;

std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Reads `number` from the line "wanted number ..." of `text`. Returns whether
// there is one.
bool FindNumber(const std::string& text, absl::string_view wanted,
                uint64_t& number) {
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string key;
    if (words >> key && key == wanted) return bool(words >> number);
  }
  return false;
}

}  // namespace

absl::Status EnoughMemory(uint64_t needed_bytes,
                          const AvailableMemory& available) {
  if (needed_bytes + kReserveBytes <= available.bytes) return absl::OkStatus();
  const std::string need = absl::StrFormat(
      "needs %d MiB of memory and %d MiB left over; ",
      (needed_bytes + (1u << 20) - 1) >> 20, kReserveBytes >> 20);
  if (available.cgroup.empty()) {
    return absl::UnavailableError(absl::StrFormat(
        "%sthis host has %d MiB available", need, available.bytes >> 20));
  }
  return absl::UnavailableError(absl::StrFormat(
      "%sthe limit of %d MiB of memory cgroup %s leaves %d MiB", need,
      available.limit_bytes >> 20, available.cgroup, available.bytes >> 20));
}

AvailableMemory MemoryAvailable(const std::string& root) {
  AvailableMemory least;
  least.bytes = ParseMemAvailable(ReadText(root + "/proc/meminfo"));
  for (const MemoryCgroup& cgroup :
       MemoryCgroups(ReadText(root + "/proc/self/cgroup"),
                     ReadText(root + "/proc/self/mountinfo"))) {
    const std::string files = absl::StrCat(root, cgroup.folder, "/memory.");
    const bool v2 = cgroup.version == 2;
    const AvailableMemory left =
        LeftByLimit(cgroup, ReadText(files + (v2 ? "max" : "limit_in_bytes")),
                    ReadText(files + (v2 ? "current" : "usage_in_bytes")),
                    ReadText(files + "stat"));
    if (left.bytes < least.bytes) least = left;
  }
  return least;
}

uint64_t ParseMemAvailable(const std::string& meminfo) {
  uint64_t kib = 0;
  return FindNumber(meminfo, "MemAvailable:", kib) ? kib << 10 : ~uint64_t{0};
}

std::vector<MemoryCgroup> MemoryCgroups(const std::string& cgroup,
                                        const std::string& mountinfo) {
  return CgroupsOf("memory", cgroup, mountinfo);
}

AvailableMemory LeftByLimit(const MemoryCgroup& cgroup,
                            const std::string& limit, const std::string& usage,
                            const std::string& stat) {
  AvailableMemory left;
  uint64_t limit_bytes = 0, used_bytes = 0, cache_bytes = 0;
  // "max" is no number, and the root cgroup has no such file.
  if (!absl::SimpleAtoi(limit, &limit_bytes) || limit_bytes >= kNoLimitBytes ||
      !absl::SimpleAtoi(usage, &used_bytes)) {
    return left;
  }
  // In cgroup v1 the figure without "total_" leaves out the cgroups below.
  FindNumber(stat,
             cgroup.version == 2 ? "inactive_file" : "total_inactive_file",
             cache_bytes);
  used_bytes -= std::min(used_bytes, cache_bytes);
  left.bytes = limit_bytes - std::min(limit_bytes, used_bytes);
  left.cgroup = cgroup.folder;
  left.limit_bytes = limit_bytes;
  return left;
}

}  // namespace exitbench
