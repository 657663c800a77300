#include "harness/live/process_files.h"

#include <sys/stat.h>

#include <algorithm>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "base/status_macros.h"
#include "harness/live/bounded_files.h"

namespace exitbench {
namespace {

std::string ProcessFolder(const std::string& root, pid_t pid) {
  return absl::StrCat(root, "/proc/", pid);
}

}  // namespace

OpenKvmFile ParseKvmLink(absl::string_view link) {
  OpenKvmFile file;
  if (!absl::ConsumePrefix(&link, "anon_inode:kvm-")) return file;
  if (link == "vm") {
    file.kind = KvmFile::kVm;
  } else if (link == "vm-stats") {
    file.kind = KvmFile::kVmStatistics;
  } else if (absl::ConsumePrefix(&link, "vcpu:") &&
             ParseNumber(link, file.vcpu)) {
    file.kind = KvmFile::kVcpu;
  } else if (absl::ConsumePrefix(&link, "vcpu-stats:") &&
             ParseNumber(link, file.vcpu)) {
    file.kind = KvmFile::kVcpuStatistics;
  }
  return file;
}

absl::StatusOr<std::vector<OpenKvmFile>> ListKvmFiles(const std::string& root,
                                                      pid_t pid) {
  const std::string folder = absl::StrCat(ProcessFolder(root, pid), "/fd");
  // Listing another's folder fails, but so does following its links.
  EB_ASSIGN_OR_RETURN(const std::vector<int64_t> fds, ListNumbers(folder));
  std::vector<OpenKvmFile> files;
  for (const int64_t fd : fds) {
    const absl::StatusOr<std::string> link =
        ReadLinkBounded(absl::StrCat(folder, "/", fd));
    // One that was closed meanwhile.
    if (absl::IsNotFound(link.status())) continue;
    EB_RETURN_IF_ERROR(link.status());
    OpenKvmFile file = ParseKvmLink(*link);
    if (file.kind == KvmFile::kNone) continue;
    file.fd = static_cast<int>(fd);
    files.push_back(file);
  }
  return files;
}

bool HasOneStill(const std::string& root, pid_t pid,
                 const std::vector<OpenKvmFile>& files) {
  const std::string folder = absl::StrCat(ProcessFolder(root, pid), "/fd/");
  return std::any_of(files.begin(), files.end(), [&](const OpenKvmFile& file) {
    const absl::StatusOr<std::string> link =
        ReadLinkBounded(absl::StrCat(folder, file.fd));
    return link.ok() && ParseKvmLink(*link).kind == file.kind;
  });
}

uint32_t CountKind(const std::vector<OpenKvmFile>& files, KvmFile kind) {
  return static_cast<uint32_t>(
      std::count_if(files.begin(), files.end(),
                    [kind](const OpenKvmFile& f) { return f.kind == kind; }));
}

absl::StatusOr<pid_t> ProcessOfThread(const std::string& root, pid_t thread) {
  EB_ASSIGN_OR_RETURN(
      const std::string status,
      ReadBounded(absl::StrCat(ProcessFolder(root, thread), "/status")));
  for (absl::string_view line : absl::StrSplit(status, '\n')) {
    if (!absl::ConsumePrefix(&line, "Tgid:\t")) continue;
    int64_t pid;
    if (ParseNumber(line, pid) && pid > 0 &&
        pid <= std::numeric_limits<pid_t>::max()) {
      return static_cast<pid_t>(pid);
    }
  }
  return absl::NotFoundError(
      absl::StrCat("thread ", thread, " has no process"));
}

std::string CommandOf(const std::string& root, pid_t pid) {
  return ReadBounded(absl::StrCat(ProcessFolder(root, pid), "/comm"))
      .value_or("");
}

int64_t UserOf(const std::string& root, pid_t pid) {
  struct stat info;
  if (stat(ProcessFolder(root, pid).c_str(), &info) != 0) return -1;
  return info.st_uid;
}

}  // namespace exitbench
