#include "harness/live/taken_files.h"

#include <linux/kcmp.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "harness/live/bounded_files.h"

namespace exitbench {
namespace {

absl::Status MayNotTake(const std::string& root) {
  const std::string scope =
      ReadBounded(absl::StrCat(root, "/proc/sys/kernel/yama/ptrace_scope"))
          .value_or("0");
  if (geteuid() == 0) {
    return absl::PermissionDeniedError(
        "its statistics files may not be taken: this root lacks "
        "CAP_SYS_PTRACE");
  }
  if (scope != "0") {
    return absl::PermissionDeniedError(
        "its statistics files may not be taken: run as root, or set "
        "kernel.yama.ptrace_scope to 0");
  }
  return absl::PermissionDeniedError(
      "its statistics files may not be taken: run as root");
}

absl::StatusOr<UniqueFd> Take(const std::string& root, int process, int fd) {
  UniqueFd taken(static_cast<int>(syscall(SYS_pidfd_getfd, process, fd, 0u)));
  if (taken.valid()) return taken;
  if (errno == EPERM) return MayNotTake(root);
  if (errno == EBADF) return absl::NotFoundError("it was closed meanwhile");
  if (errno == ENOSYS) {
    return absl::UnimplementedError(
        "this kernel can't give files of other processes (Linux 5.6 can)");
  }
  return ErrnoStatus("pidfd_getfd", absl::StrCat("file ", fd));
}

// Returns 0 if both are the same open file, and -1 if the kernel can't say
// (kcmp(2) may be left out). They are ours by now, so it needs no permission.
long Compare(int a, int b) {
  return syscall(SYS_kcmp, getpid(), getpid(), KCMP_FILE, a, b);
}

// Whether what was taken is the file that was listed. Its process may have put
// another one in its place, which might be read for ever.
bool IsStill(const OpenKvmFile& file, int taken) {
  const absl::StatusOr<std::string> link =
      ReadLinkBounded(absl::StrCat("/proc/self/fd/", taken));
  if (!link.ok()) return false;
  const OpenKvmFile now = ParseKvmLink(*link);
  return now.kind == file.kind && now.vcpu == file.vcpu;
}

bool IsSameObject(const OpenKvmFile& a, const OpenKvmFile& b) {
  return a.kind == b.kind && a.vcpu == b.vcpu;
}

// How many files of statistics there should be for the VM or vCPU of `file`: as
// many as there are of its VMs or vCPUs.
uint32_t Wanted(const OpenKvmFile& file,
                const std::vector<OpenKvmFile>& files) {
  OpenKvmFile object = file;
  object.kind =
      file.kind == KvmFile::kVmStatistics ? KvmFile::kVm : KvmFile::kVcpu;
  const auto count = std::count_if(
      files.begin(), files.end(),
      [&](const OpenKvmFile& other) { return IsSameObject(object, other); });
  return std::max(1u, static_cast<uint32_t>(count));
}

}  // namespace

absl::StatusOr<UniqueFd> OpenProcess(pid_t pid) {
  UniqueFd process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0u)));
  if (process.valid()) return process;
  if (errno == ENOSYS) {
    return absl::UnimplementedError(
        "this kernel can't open processes (Linux 5.3 can)");
  }
  if (errno == ESRCH) {
    return absl::NotFoundError(absl::StrCat("process ", pid, " has ended"));
  }
  return ErrnoStatus("pidfd_open", absl::StrCat(pid));
}

absl::StatusOr<TakenFiles> TakeStatisticsFiles(
    const std::string& root, int process,
    const std::vector<OpenKvmFile>& files) {
  TakenFiles all;
  std::map<std::pair<KvmFile, int64_t>, uint32_t> counts;
  for (const OpenKvmFile& file : files) {
    if (file.kind != KvmFile::kVmStatistics &&
        file.kind != KvmFile::kVcpuStatistics) {
      continue;
    }
    uint32_t& count = counts[{file.kind, file.vcpu}];
    if (count >= Wanted(file, files)) continue;
    absl::StatusOr<UniqueFd> fd = Take(root, process, file.fd);
    if (absl::IsNotFound(fd.status())) continue;
    EB_RETURN_IF_ERROR(fd.status());
    if (root.empty() && !IsStill(file, fd->get())) continue;
    const auto is_same = [&](const TakenFile& other) {
      return Compare(other.stats.fd(), fd->get()) == 0;
    };
    if (std::any_of(all.taken.begin(), all.taken.end(), is_same)) continue;
    absl::StatusOr<KvmStats> stats = KvmStats::FromFile(*std::move(fd));
    if (!stats.ok()) continue;
    ++count;
    ++(file.kind == KvmFile::kVmStatistics ? all.vm_files : all.vcpu_files);
    all.taken.push_back({file, *std::move(stats)});
  }
  if (all.taken.empty()) {
    return absl::NotFoundError(
        "it holds no statistics files that could be read (QEMU 8.1 and newer "
        "do)");
  }
  return all;
}

bool IsOneStillOpen(int process, const TakenFiles& files) {
  for (const TakenFile& taken : files.taken) {
    const UniqueFd again(
        static_cast<int>(syscall(SYS_pidfd_getfd, process, taken.file.fd, 0u)));
    if (again.valid() ? Compare(again.get(), taken.stats.fd()) <= 0
                      : errno != EBADF && errno != ESRCH) {
      return true;
    }
  }
  return false;
}

}  // namespace exitbench
