#include "harness/host/memory_need.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"

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

bool Has(absl::string_view list, absl::string_view word) {
  for (absl::string_view one : absl::StrSplit(list, ',')) {
    if (one == word) return true;
  }
  return false;
}

// Undoes the escapes of mountinfo, which writes some characters as \ooo.
std::string Unescape(absl::string_view text) {
  std::string plain;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size()) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 +
                                 (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

// Returns the components of a path. "/" has none.
std::vector<std::string> Parts(absl::string_view path) {
  return absl::StrSplit(path, '/', absl::SkipEmpty());
}

// Returns whether a path lies outside of the root of the cgroup namespace.
bool IsOutside(const std::vector<std::string>& parts) {
  return !parts.empty() && parts[0] == "..";
}

// Returns the folders under the mount point `at` that are a process's cgroups,
// innermost first. `path` is the process's cgroup and `root` the cgroup that is
// mounted. Both are relative to the root of the reader's cgroup namespace, and
// begin with "/.." if they lie outside of it.
std::vector<std::string> Folders(absl::string_view path, absl::string_view root,
                                 const std::string& at) {
  std::vector<std::string> inner = Parts(path);
  const std::vector<std::string> outer = Parts(root);
  // The names between the two can't be known, but the process is in the cgroup
  // that is mounted.
  if (IsOutside(outer) && !IsOutside(inner)) return {at};
  if (inner.size() < outer.size() ||
      !std::equal(outer.begin(), outer.end(), inner.begin())) {
    return {};
  }
  inner.erase(inner.begin(), inner.begin() + static_cast<long>(outer.size()));
  if (IsOutside(inner)) return {};
  std::vector<std::string> folders = {at};
  for (const std::string& part : inner) {
    folders.push_back(
        absl::StrCat(folders.back(), folders.back() == "/" ? "" : "/", part));
  }
  std::reverse(folders.begin(), folders.end());
  return folders;
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
  std::string v1_path, v2_path;
  for (absl::string_view line : absl::StrSplit(cgroup, '\n')) {
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    if (fields[0] == "0" && fields[1].empty()) {
      v2_path = std::string(fields[2]);
    }
    if (Has(fields[1], "memory")) v1_path = std::string(fields[2]);
  }
  std::vector<MemoryCgroup> all;
  for (absl::string_view line : absl::StrSplit(mountinfo, '\n')) {
    // The fields are: id parent major:minor root mount-point options
    // [optional...] - type source options
    const std::vector<absl::string_view> halves =
        absl::StrSplit(line, absl::MaxSplits(" - ", 1));
    if (halves.size() != 2) continue;
    const std::vector<absl::string_view> left = absl::StrSplit(halves[0], ' ');
    const std::vector<absl::string_view> right = absl::StrSplit(halves[1], ' ');
    if (left.size() < 6 || right.size() < 3) continue;
    const bool v2 = right[0] == "cgroup2";
    if (!v2 && (right[0] != "cgroup" || !Has(right[2], "memory"))) continue;
    const std::string& path = v2 ? v2_path : v1_path;
    if (path.empty()) continue;
    for (const std::string& folder :
         Folders(path, Unescape(left[3]), Unescape(left[4]))) {
      all.push_back({folder, v2 ? 2 : 1});
    }
  }
  return all;
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
