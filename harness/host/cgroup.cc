#include "harness/host/cgroup.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace exitbench {
namespace {

constexpr char kUnseen[] = "absent";
// A path may be as long as its file system lets it.
constexpr size_t kMostFactBytes = 4096;

// Returns the text of a file; empty if there is none.
std::string ReadText(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ReadLine(const std::string& path) {
  std::string text(absl::StripAsciiWhitespace(ReadText(path)));
  if (text.size() > kMostFactBytes) text.resize(kMostFactBytes);
  return text;
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

// The paths of a process's cgroup in both versions. Empty: none.
struct Paths {
  std::string v1;
  std::string v2;
};

Paths PathsOf(absl::string_view controller, const std::string& cgroup) {
  Paths paths;
  for (absl::string_view line : absl::StrSplit(cgroup, '\n')) {
    const std::vector<absl::string_view> fields =
        absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    if (fields[0] == "0" && fields[1].empty()) {
      paths.v2 = std::string(fields[2]);
    }
    if (Has(fields[1], controller)) paths.v1 = std::string(fields[2]);
  }
  return paths;
}

struct Quota {
  uint64_t us = 0;
  uint64_t period_us = 0;
};

// Returns whether `folder` sets a quota.
bool ReadQuota(const std::string& folder, int version, Quota& quota) {
  std::string us, period;
  if (version == 2) {
    const std::vector<std::string> words =
        absl::StrSplit(ReadLine(folder + "/cpu.max"), ' ');
    if (words.size() != 2) return false;
    us = words[0];
    period = words[1];
  } else {
    us = ReadLine(folder + "/cpu.cfs_quota_us");
    period = ReadLine(folder + "/cpu.cfs_period_us");
  }
  // "max" and "-1" are no quota.
  return absl::SimpleAtoi(us, &quota.us) &&
         absl::SimpleAtoi(period, &quota.period_us) && quota.period_us > 0;
}

// Returns the tightest quota of `cgroups`.
std::string QuotaOf(const std::vector<Cgroup>& cgroups,
                    const std::string& root) {
  if (cgroups.empty()) return kUnseen;
  std::string text = kNoQuota;
  double least = 0;
  for (const Cgroup& cgroup : cgroups) {
    Quota quota;
    if (!ReadQuota(root + cgroup.folder, cgroup.version, quota)) continue;
    const double cpus =
        static_cast<double>(quota.us) / static_cast<double>(quota.period_us);
    if (text != kNoQuota && cpus >= least) continue;
    least = cpus;
    text = absl::StrCat(quota.us, "/", quota.period_us);
  }
  return text;
}

// Returns the line of the first of `files` that the innermost cgroup has.
std::string FirstLine(const std::vector<Cgroup>& cgroups,
                      const std::string& root, absl::string_view v2,
                      const std::vector<std::string>& v1) {
  for (const Cgroup& cgroup : cgroups) {
    const std::string folder = absl::StrCat(root, cgroup.folder, "/");
    std::vector<std::string> files = v1;
    if (cgroup.version == 2) files = {std::string(v2)};
    for (const std::string& file : files) {
      const std::string line = ReadLine(folder + file);
      if (!line.empty()) return line;
    }
  }
  return kUnseen;
}

// Returns the weight of the innermost group that has one.
std::string WeightOf(const std::vector<Cgroup>& cgroups,
                     const std::string& root) {
  const std::string weight =
      FirstLine(cgroups, root, "cpu.weight", {"cpu.shares"});
  const bool shares = weight != kUnseen && cgroups[0].version == 1;
  return absl::StrCat(weight, shares ? " shares" : "");
}

// Returns at how many levels the scheduler knows a group. In version 2 a group
// without the controller is none to it, and the root has no weight.
std::string DepthOf(const std::vector<Cgroup>& cgroups, absl::string_view path,
                    const std::string& root) {
  if (cgroups.empty()) return kUnseen;
  if (cgroups[0].version == 1) return absl::StrCat(Parts(path).size());
  return absl::StrCat(std::count_if(
      cgroups.begin(), cgroups.end(), [&root](const Cgroup& cgroup) {
        return !ReadLine(root + cgroup.folder + "/cpu.weight").empty();
      }));
}

// The groups of the hierarchy that has the controller: it is in one only. Where
// version 1 mounts it that is version 1.
std::vector<Cgroup> OfOneVersion(std::vector<Cgroup> cgroups) {
  const bool v1 =
      std::any_of(cgroups.begin(), cgroups.end(),
                  [](const Cgroup& cgroup) { return cgroup.version == 1; });
  cgroups.erase(std::remove_if(cgroups.begin(), cgroups.end(),
                               [v1](const Cgroup& cgroup) {
                                 return (cgroup.version == 1) != v1;
                               }),
                cgroups.end());
  return cgroups;
}

}  // namespace

std::vector<Cgroup> CgroupsOf(absl::string_view controller,
                              const std::string& cgroup,
                              const std::string& mountinfo) {
  const Paths paths = PathsOf(controller, cgroup);
  std::vector<Cgroup> all;
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
    if (!v2 && (right[0] != "cgroup" || !Has(right[2], controller))) continue;
    const std::string& path = v2 ? paths.v2 : paths.v1;
    if (path.empty()) continue;
    for (const std::string& folder :
         Folders(path, Unescape(left[3]), Unescape(left[4]))) {
      all.push_back({folder, v2 ? 2 : 1});
    }
  }
  return all;
}

std::vector<Fact> CgroupFacts(const std::string& root) {
  const std::string cgroup = ReadText(root + "/proc/self/cgroup");
  const std::string mountinfo = ReadText(root + "/proc/self/mountinfo");
  const std::vector<Cgroup> cpu =
      OfOneVersion(CgroupsOf("cpu", cgroup, mountinfo));
  const std::vector<Cgroup> cpuset =
      OfOneVersion(CgroupsOf("cpuset", cgroup, mountinfo));
  const Paths paths = PathsOf("cpu", cgroup);
  std::string path = paths.v1.empty() ? paths.v2 : paths.v1;
  const std::string depth = DepthOf(cpu, path, root);
  if (path.empty()) path = kUnseen;
  if (path.size() > kMostFactBytes) path.resize(kMostFactBytes);
  return {
      {kCgroupQuotaFact, QuotaOf(cpu, root)},
      {kCgroupWeightFact, WeightOf(cpu, root)},
      {kCgroupCpusFact, FirstLine(cpuset, root, "cpuset.cpus.effective",
                                  {"cpuset.effective_cpus", "cpuset.cpus"})},
      {kCgroupDepthFact, depth},
      {kCgroupPathFact, path},
  };
}

}  // namespace exitbench
