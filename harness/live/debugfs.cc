#include "harness/live/debugfs.h"

#include <sys/stat.h>

#include <algorithm>
#include <limits>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "harness/live/bounded_files.h"

namespace exitbench {
namespace {

constexpr char kDebugfs[] = "/sys/kernel/debug";

bool IsThread(int64_t number) {
  return number > 0 && number <= std::numeric_limits<pid_t>::max();
}

// Returns whether it is a file, and if so whether its mode lets anybody write.
bool IsFile(const std::string& path, bool& writable) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
  writable = (info.st_mode & 0222) != 0;
  return true;
}

std::vector<std::string> VcpuFolders(const std::string& folder) {
  std::vector<std::string> folders;
  const absl::StatusOr<std::vector<std::string>> names = ListNames(folder);
  if (!names.ok()) return folders;
  for (const std::string& name : *names) {
    int64_t number;
    if (absl::StartsWith(name, "vcpu") && ParseNumber(name.substr(4), number)) {
      folders.push_back(absl::StrCat(folder, "/", name));
    }
  }
  return folders;
}

}  // namespace

absl::StatusOr<std::vector<VmFolder>> ListVmFolders(const std::string& root) {
  const std::string kvm = absl::StrCat(root, kDebugfs, "/kvm");
  const absl::StatusOr<std::vector<std::string>> names = ListNames(kvm);
  if (absl::IsPermissionDenied(names.status())) {
    return absl::PermissionDeniedError(
        absl::StrCat("this process may not read ", kDebugfs, ": root may, or ",
                     "CAP_DAC_READ_SEARCH"));
  }
  if (!names.ok()) {
    const absl::StatusOr<std::vector<std::string>> all =
        ListNames(absl::StrCat(root, kDebugfs));
    if (all.ok() && !all->empty()) {
      return absl::NotFoundError("KVM has no folder in debugfs");
    }
    return absl::NotFoundError(absl::StrCat(
        "debugfs is not mounted: mount -t debugfs debugfs ", kDebugfs));
  }
  std::vector<VmFolder> folders;
  for (const std::string& name : *names) {
    const std::vector<std::string> parts = absl::StrSplit(name, '-');
    int64_t thread, fd;
    if (parts.size() != 2 || !ParseNumber(parts[0], thread) ||
        !ParseNumber(parts[1], fd) || !IsThread(thread)) {
      continue;
    }
    folders.push_back({absl::StrCat(kvm, "/", name), name,
                       static_cast<pid_t>(thread), parts[1]});
  }
  std::sort(folders.begin(), folders.end(),
            [](const VmFolder& a, const VmFolder& b) {
              return std::make_tuple(a.thread, a.number.size(), a.number) <
                     std::make_tuple(b.thread, b.number.size(), b.number);
            });
  return folders;
}

uint64_t FolderId(const std::string& folder) {
  struct stat info;
  return stat(folder.c_str(), &info) == 0 ? info.st_ino : 0;
}

uint32_t VcpusOfFolder(const std::string& folder) {
  return static_cast<uint32_t>(VcpuFolders(folder).size());
}

std::vector<pid_t> VcpuThreadsOfFolder(const std::string& folder) {
  std::vector<pid_t> threads;
  for (const std::string& vcpu : VcpuFolders(folder)) {
    const absl::StatusOr<std::string> text = ReadBounded(vcpu + "/pid");
    int64_t thread;
    if (text.ok() && ParseNumber(*text, thread) && IsThread(thread)) {
      threads.push_back(static_cast<pid_t>(thread));
    }
  }
  std::sort(threads.begin(), threads.end());
  threads.erase(std::unique(threads.begin(), threads.end()), threads.end());
  return threads;
}

absl::Status MayReadCounters(const std::string& folder) {
  // Every KVM has one of these, and one stands for all.
  for (const char* name : {"exits", "halt_wakeup"}) {
    const absl::Status read =
        ReadBounded(absl::StrCat(folder, "/", name)).status();
    if (absl::IsNotFound(read)) continue;
    if (!absl::IsPermissionDenied(read)) return read;
    return absl::PermissionDeniedError(
        "this kernel is under lockdown, and so lets nobody read KVM's counters "
        "in debugfs: boot it without Secure Boot and lockdown=");
  }
  return absl::NotFoundError("its folder in debugfs has no counters");
}

absl::StatusOr<std::vector<CounterFile>> ListCounterFiles(
    const std::string& folder) {
  const absl::StatusOr<std::vector<std::string>> names = ListNames(folder);
  if (!names.ok()) return names.status();
  std::vector<CounterFile> files;
  for (const std::string& name : *names) {
    CounterFile file{name};
    if (IsFile(absl::StrCat(folder, "/", name), file.writable)) {
      files.push_back(std::move(file));
    }
  }
  std::sort(files.begin(), files.end(),
            [](const CounterFile& a, const CounterFile& b) {
              return a.name < b.name;
            });
  return files;
}

absl::StatusOr<std::vector<double>> ReadCounters(
    const std::string& folder, const std::vector<std::string>& names) {
  std::vector<double> values;
  values.reserve(names.size());
  for (const std::string& name : names) {
    const absl::StatusOr<std::string> text =
        ReadBounded(absl::StrCat(folder, "/", name));
    if (!text.ok()) return text.status();
    uint64_t value;
    if (!absl::SimpleAtoi(*text, &value)) {
      return absl::InternalError(
          absl::StrCat(name, " of debugfs is not a number"));
    }
    values.push_back(static_cast<double>(value));
  }
  return values;
}

}  // namespace exitbench
