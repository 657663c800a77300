#include "vmm/kvm_stats.h"

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/ioctl.h"
#include "base/status_macros.h"
#include "base/sys.h"
#include "vmm/kvm_uapi.h"

namespace exitbench {
namespace {

// A header with more than this is taken for corrupt.
constexpr uint32_t kMostStats = 4096;
constexpr uint32_t kMostNameBytes = 256;

absl::Status ReadExactly(int fd, void* to, size_t bytes, off_t offset) {
  const ssize_t n = sys::ReadAt(fd, to, bytes, offset);
  if (n < 0) return ErrnoStatus("pread", "KVM statistics");
  if (static_cast<size_t>(n) != bytes) {
    return absl::InternalError(
        absl::StrCat("KVM statistics: read ", n, " of ", bytes, " bytes"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<KvmStats> KvmStats::Open(int fd) {
  KvmStats stats;
  absl::StatusOr<int> stats_fd = EB_IOCTL(fd, KVM_GET_STATS_FD, 0, "");
  if (!stats_fd.ok()) {
    if (errno != EINVAL && errno != ENOTTY && errno != ENOSYS) {
      return stats_fd.status();
    }
    return absl::UnimplementedError(
        "KVM_GET_STATS_FD is missing (Linux 5.14 added it)");
  }
  stats.fd_ = UniqueFd(*stats_fd);
  kvm_stats_header header = {};
  EB_RETURN_IF_ERROR(ReadExactly(stats.fd_.get(), &header, sizeof(header), 0));
  if (header.num_desc > kMostStats || header.name_size > kMostNameBytes) {
    return absl::InternalError("KVM statistics: an absurd header");
  }
  const size_t descriptor_bytes = sizeof(kvm_stats_desc) + header.name_size;
  std::vector<char> descriptors(descriptor_bytes * header.num_desc);
  EB_RETURN_IF_ERROR(ReadExactly(stats.fd_.get(), descriptors.data(),
                                 descriptors.size(), header.desc_offset));
  for (uint32_t i = 0; i < header.num_desc; ++i) {
    const char* at = descriptors.data() + i * descriptor_bytes;
    kvm_stats_desc descriptor;
    std::memcpy(&descriptor, at, sizeof(descriptor));
    if (descriptor.size != 1) continue;
    const char* name = at + sizeof(kvm_stats_desc);
    stats.names_.emplace_back(name, strnlen(name, header.name_size));
    stats.offsets_.push_back(descriptor.offset);
    const uint32_t end = descriptor.offset + sizeof(uint64_t);
    if (end > stats.data_bytes_) stats.data_bytes_ = end;
  }
  if (stats.data_bytes_ > kMostStats * 64 * sizeof(uint64_t)) {
    return absl::InternalError("KVM statistics: an absurd offset");
  }
  stats.data_offset_ = header.data_offset;
  return stats;
}

int KvmStats::Find(absl::string_view name) const {
  for (size_t i = 0; i < names_.size(); ++i) {
    if (names_[i] == name) return static_cast<int>(i);
  }
  return -1;
}

absl::StatusOr<StatsSnapshot> KvmStats::Read() const {
  std::vector<uint8_t> data(data_bytes_);
  EB_RETURN_IF_ERROR(
      ReadExactly(fd_.get(), data.data(), data.size(), data_offset_));
  StatsSnapshot snapshot(names_.size());
  for (size_t i = 0; i < snapshot.size(); ++i) {
    std::memcpy(&snapshot[i], data.data() + offsets_[i], sizeof(uint64_t));
  }
  return snapshot;
}

}  // namespace exitbench
