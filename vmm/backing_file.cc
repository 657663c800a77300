#include "vmm/backing_file.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/ioctl.h"
#include "base/owned.h"
#include "base/sys.h"

namespace exitbench {
namespace {

// A range begins where a huge page can.
constexpr uint64_t kUnitBytes = 2u << 20;

struct BackingFile {
  UniqueFd fd;
  uint64_t end = 0;  // Of all ranges taken since there were none.
  int ranges = 0;
};

BackingFile& TheFile() {
  static auto* const file = new BackingFile;
  return *file;
}

// For file systems without files that never had a name.
UniqueFd OpenAndUnlink(const std::string& folder) {
  std::string path = absl::StrCat(folder, "/exitbench-XXXXXX");
  UniqueFd fd(mkostemp(path.data(), O_CLOEXEC));
  if (fd.valid()) unlink(path.c_str());
  return fd;
}

struct Named {
  uint32_t magic;
  const char* name;
};

constexpr uint32_t kZfs = 0x2fc12fc1;

// ext2, ext3 and ext4 have one number. Hosts of today have the last.
constexpr Named kNames[] = {
    {EXT4_SUPER_MAGIC, "ext4"},
    {XFS_SUPER_MAGIC, "xfs"},
    {BTRFS_SUPER_MAGIC, "btrfs"},
    {TMPFS_MAGIC, "tmpfs"},
    {OVERLAYFS_SUPER_MAGIC, "overlay"},
    {NFS_SUPER_MAGIC, "nfs"},
    {F2FS_SUPER_MAGIC, "f2fs"},
    {V9FS_MAGIC, "9p"},
    {RAMFS_MAGIC, "ramfs"},
    {FUSE_SUPER_MAGIC, "fuse"},
    {kZfs, "zfs"},
};

}  // namespace

absl::Status OpenBackingFile(const std::string& folder) {
  UniqueFd fd(sys::OpenUnnamed(folder.c_str()));
  if (!fd.valid() && (errno == EOPNOTSUPP || errno == EISDIR)) {
    fd = OpenAndUnlink(folder);
  }
  if (!fd.valid()) return ErrnoStatus("--backing=file: open", folder);
  TheFile() = {std::move(fd), 0, 0};
  return absl::OkStatus();
}

absl::StatusOr<std::string> FileSystemOf(const std::string& folder) {
  // statfs(2) is not one of the calls that a session allows itself.
  const UniqueFd fd(sys::Open(folder.c_str(), O_RDONLY | O_DIRECTORY));
  struct statfs info = {};
  if (!fd.valid() || fstatfs(fd.get(), &info) != 0) {
    return ErrnoStatus("--backing=file: fstatfs", folder);
  }
  const auto magic = static_cast<uint32_t>(info.f_type);
  for (const Named& named : kNames) {
    if (named.magic == magic) return std::string(named.name);
  }
  return absl::StrFormat("%#x", magic);
}

absl::StatusOr<FileRange> FileRange::Take(size_t bytes) {
  BackingFile& file = TheFile();
  if (!file.fd.valid()) {
    return absl::UnimplementedError("needs the file of --backing=file");
  }
  const int fd = file.fd.get();
  if (file.ranges == 0) {
    file.end = 0;
    // A child of ours may have left pages.
    if (sys::Truncate(fd, 0) != 0) return ErrnoStatus("ftruncate", "0");
  }
  struct statfs info = {};
  if (fstatfs(fd, &info) != 0) return ErrnoStatus("fstatfs", "");
  const uint64_t free_bytes = static_cast<uint64_t>(info.f_bavail) *
                              static_cast<uint64_t>(info.f_bsize);
  // A page without room is SIGBUS. What other ranges have not touched yet is
  // not taken off.
  const uint64_t wanted = file.end + bytes;
  if (free_bytes < wanted) {
    return absl::UnavailableError(
        absl::StrFormat("needs %d MiB of the file system of --backing_dir, "
                        "which has %d MiB free",
                        wanted >> 20, free_bytes >> 20));
  }
  FileRange range;
  range.offset_ = static_cast<off_t>(file.end);
  const uint64_t end =
      file.end + (bytes + kUnitBytes - 1) / kUnitBytes * kUnitBytes;
  if (sys::Truncate(fd, static_cast<off_t>(end)) != 0) {
    return ErrnoStatus("ftruncate", absl::StrCat(end));
  }
  range.fd_ = fd;
  file.end = end;
  ++file.ranges;
  return range;
}

FileRange::~FileRange() {
  if (fd_ < 0) return;
  BackingFile& file = TheFile();
  if (--file.ranges > 0) return;
  // If it fails, the next range has the file made empty again.
  if (ftruncate(fd_, 0) != 0) return;
}

}  // namespace exitbench
