#include "vmm/kvm_stats.h"

#include <cerrno>
#include <cstring>
#include <utility>

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
constexpr uint32_t kMostDataBytes = kMostStats * 64 * sizeof(uint64_t);

absl::Status ReadExactly(int fd, void* to, size_t bytes, off_t offset) {
  const ssize_t n = sys::ReadAt(fd, to, bytes, offset);
  if (n < 0) return ErrnoStatus("pread", "KVM statistics");
  if (static_cast<size_t>(n) != bytes) {
    return absl::InternalError(
        absl::StrCat("KVM statistics: read ", n, " of ", bytes, " bytes"));
  }
  return absl::OkStatus();
}

StatisticType TypeOf(uint32_t flags) {
  switch (flags & KVM_STATS_TYPE_MASK) {
    case KVM_STATS_TYPE_CUMULATIVE:
      return StatisticType::kCumulative;
    case KVM_STATS_TYPE_PEAK:
      return StatisticType::kPeak;
    default:
      return StatisticType::kInstant;
  }
}

bool IsLogHistogram(uint32_t flags) {
  return (flags & KVM_STATS_TYPE_MASK) == KVM_STATS_TYPE_LOG_HIST;
}

}  // namespace

absl::StatusOr<KvmStats> KvmStats::Open(int fd) {
  absl::StatusOr<int> stats_fd = EB_IOCTL(fd, KVM_GET_STATS_FD, 0, "");
  if (!stats_fd.ok()) {
    if (errno != EINVAL && errno != ENOTTY && errno != ENOSYS) {
      return stats_fd.status();
    }
    return absl::UnimplementedError(
        "KVM_GET_STATS_FD is missing (Linux 5.14 added it)");
  }
  return FromFile(UniqueFd(*stats_fd));
}

absl::StatusOr<KvmStats> KvmStats::FromFile(UniqueFd file) {
  KvmStats stats;
  stats.fd_ = std::move(file);
  kvm_stats_header header = {};
  EB_RETURN_IF_ERROR(ReadExactly(stats.fd_.get(), &header, sizeof(header), 0));
  if (header.num_desc > kMostStats || header.name_size > kMostNameBytes) {
    return absl::InternalError("KVM statistics: an absurd header");
  }
  const size_t descriptor_bytes = sizeof(kvm_stats_desc) + header.name_size;
  std::vector<char> descriptors(descriptor_bytes * header.num_desc);
  EB_RETURN_IF_ERROR(ReadExactly(stats.fd_.get(), descriptors.data(),
                                 descriptors.size(), header.desc_offset));
  uint64_t buckets = 0;  // Of all histograms.
  for (uint32_t i = 0; i < header.num_desc; ++i) {
    const char* at = descriptors.data() + i * descriptor_bytes;
    kvm_stats_desc descriptor;
    std::memcpy(&descriptor, at, sizeof(descriptor));
    const char* name_at = at + sizeof(kvm_stats_desc);
    std::string name(name_at, strnlen(name_at, header.name_size));
    const uint64_t end =
        descriptor.offset + uint64_t{descriptor.size} * sizeof(uint64_t);
    if (end > kMostDataBytes) {
      return absl::InternalError("KVM statistics: an absurd offset");
    }
    if (descriptor.size != 1) {
      if (!IsLogHistogram(descriptor.flags)) continue;
      buckets += descriptor.size;
      if (buckets > kMostDataBytes / sizeof(uint64_t)) {
        return absl::InternalError("KVM statistics: absurd histograms");
      }
      stats.histograms_.push_back(
          {std::move(name), descriptor.size, descriptor.offset});
      continue;
    }
    stats.names_.push_back(std::move(name));
    stats.types_.push_back(TypeOf(descriptor.flags));
    stats.offsets_.push_back(descriptor.offset);
    if (end > stats.data_bytes_) stats.data_bytes_ = static_cast<uint32_t>(end);
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

absl::StatusOr<std::vector<StatsSnapshot>> KvmStats::ReadHistograms() const {
  std::vector<StatsSnapshot> histograms;
  for (const HistogramShape& shape : histograms_) {
    StatsSnapshot buckets(shape.buckets);
    EB_RETURN_IF_ERROR(ReadExactly(
        fd_.get(), buckets.data(), buckets.size() * sizeof(uint64_t),
        static_cast<off_t>(data_offset_) + shape.offset));
    histograms.push_back(std::move(buckets));
  }
  return histograms;
}

}  // namespace exitbench
