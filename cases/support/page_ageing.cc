#include "cases/support/page_ageing.h"

#include <fcntl.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/types/optional.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "base/sys.h"

namespace exitbench {
namespace {

constexpr char kControlFile[] = "/sys/kernel/debug/lru_gen";
constexpr char kEnabledFile[] = "/sys/kernel/mm/lru_gen/enabled";
constexpr size_t kMostTextBytes = 4 << 20;

absl::StatusOr<std::string> ReadAll(int fd, const char* path) {
  std::string text;
  char piece[4096];
  for (;;) {
    const ssize_t got =
        sys::ReadAt(fd, piece, sizeof(piece), static_cast<off_t>(text.size()));
    if (got == 0) return text;
    if (got < 0) return ErrnoStatus("read", path);
    text.append(piece, static_cast<size_t>(got));
    if (text.size() > kMostTextBytes) {
      return absl::InternalError(absl::StrCat(path, " has no end"));
    }
  }
}

absl::StatusOr<std::string> ReadFile(const char* path) {
  UniqueFd file(sys::Open(path, O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return ErrnoStatus("open", path);
  return ReadAll(file.get(), path);
}

// The multi-gen LRU's walk of page tables tells KVM since 6.13.
bool WalkTellsKvm() {
  utsname names = {};
  unsigned major = 0, minor = 0;
  if (uname(&names) != 0) return false;
  if (std::sscanf(names.release, "%u.%u", &major, &minor) != 2) return false;
  return major > 6 || (major == 6 && minor >= 13);
}

struct Ager {
  UniqueFd control;
  std::string cgroup;
};

absl::StatusOr<std::vector<Generation>> Generations(const Ager& ager) {
  EB_ASSIGN_OR_RETURN(const std::string text,
                      ReadAll(ager.control.get(), kControlFile));
  std::vector<Generation> generations = ParseGenerations(text, ager.cgroup);
  if (generations.empty()) {
    return absl::UnavailableError(
        absl::StrCat(kControlFile, " has no memory cgroup ", ager.cgroup));
  }
  return generations;
}

}  // namespace

std::vector<Generation> ParseGenerations(absl::string_view text,
                                         absl::string_view path) {
  std::vector<Generation> generations;
  absl::optional<uint64_t> id;  // While within the cgroup's part.
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    uint64_t number = 0;
    if (words.empty()) continue;
    if (words.size() >= 2 && words[0] == "memcg") {
      const bool ours = (words.size() > 2 ? words[2] : "/") == path;
      id.reset();
      if (ours && absl::SimpleAtoi(words[1], &number)) id = number;
    } else if (words.size() >= 2 && words[0] == "node" && id.has_value()) {
      uint32_t node = 0;
      if (!absl::SimpleAtoi(words[1], &node)) return {};
      generations.push_back({.cgroup_id = *id, .node = node});
    } else if (id.has_value() && !generations.empty() &&
               absl::SimpleAtoi(words[0], &number)) {
      generations.back().youngest = number;
    }
  }
  return generations;
}

std::string ParseMemoryCgroup(absl::string_view text) {
  std::string path = "/";
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (parts.size() != 3) continue;
    if (absl::StrContains(parts[1], "memory")) return std::string(parts[2]);
    if (parts[0] == "0") path = std::string(parts[2]);
  }
  return path;
}

absl::Status SupportsAgeing(const Kvm&) {
  if (!WalkTellsKvm()) {
    return absl::UnimplementedError(
        "needs Linux 6.13, whose multi-gen LRU ages what KVM maps");
  }
  absl::StatusOr<std::string> enabled = ReadFile(kEnabledFile);
  if (!enabled.ok()) {
    return absl::UnimplementedError("this kernel has no multi-gen LRU");
  }
  // Bits 0 and 1: the LRU itself, and its walk of page tables.
  const uint64_t bits = std::strtoull(enabled->c_str(), nullptr, 16);
  if ((bits & 3) != 3) {
    return absl::UnimplementedError(absl::StrCat(
        "the multi-gen LRU is off: as root, echo y > ", kEnabledFile));
  }
  UniqueFd control(sys::Open(kControlFile, O_RDWR | O_CLOEXEC));
  if (!control.valid()) {
    return absl::UnimplementedError(absl::StrFormat(
        "can't write to %s (%s): needs root, debugfs and --noseccomp",
        kControlFile, std::strerror(errno)));
  }
  return absl::OkStatus();
}

absl::Status AgePages(Machine& machine) {
  auto& ager = machine.case_state<Ager>();
  if (!ager.control.valid()) {
    ager.control = UniqueFd(sys::Open(kControlFile, O_RDWR | O_CLOEXEC));
    if (!ager.control.valid()) return ErrnoStatus("open", kControlFile);
    EB_ASSIGN_OR_RETURN(const std::string cgroups,
                        ReadFile("/proc/self/cgroup"));
    ager.cgroup = ParseMemoryCgroup(cgroups);
  }
  EB_ASSIGN_OR_RETURN(const std::vector<Generation> before, Generations(ager));
  for (const Generation& old : before) {
    // Also what can't be swapped, and every table. Else what is aged would
    // depend on the host's swap and on what its filters remember.
    const std::string command = absl::StrFormat("+ %d %d %d 1 1", old.cgroup_id,
                                                old.node, old.youngest);
    if (sys::Write(ager.control.get(), command.data(), command.size()) < 0) {
      return ErrnoStatus("write", absl::StrCat(kControlFile, " ", command));
    }
  }
  EB_ASSIGN_OR_RETURN(const std::vector<Generation> after, Generations(ager));
  for (size_t i = 0; i < before.size(); ++i) {
    if (i < after.size() && after[i].youngest > before[i].youngest) continue;
    return absl::InternalError("ageing made no new generation");
  }
  return absl::OkStatus();
}

}  // namespace exitbench
