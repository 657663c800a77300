// The kernel's own counters of a VM or vCPU: KVM_GET_STATS_FD (KVM API 4.133,
// Linux 5.14). Kernels differ in which counters they have, so they are found by
// name.
#ifndef EXITBENCH_VMM_KVM_STATS_H_
#define EXITBENCH_VMM_KVM_STATS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/owned.h"

namespace exitbench {

// The values at one moment, in the order of KvmStats::names().
using StatsSnapshot = std::vector<uint64_t>;

// Whether a value only grows, is what it is at this moment, or is the highest
// that it has been.
enum class StatisticType { kCumulative, kInstant, kPeak };

// A logarithmic histogram. Its counts only grow.
struct HistogramShape {
  std::string name;
  uint32_t buckets = 0;
  uint32_t offset = 0;  // Into the data block, in bytes.
};

// Owns the statistics file of one VM or vCPU.
class KvmStats {
 public:
  // Opens the counters of the VM or vCPU `fd`. Call it before the vCPU runs: on
  // a running vCPU the ioctl blocks. kUnimplemented before Linux 5.14.
  static absl::StatusOr<KvmStats> Open(int fd);
  // Takes a statistics file that is open already. Its bytes are not trusted:
  // it may be another process's.
  static absl::StatusOr<KvmStats> FromFile(UniqueFd file);

  KvmStats(KvmStats&&) = default;
  KvmStats& operator=(KvmStats&&) = default;

  // The counters of a single value. Histograms are not among them.
  const std::vector<std::string>& names() const { return names_; }
  // The types of names(), in their order.
  const std::vector<StatisticType>& types() const { return types_; }
  // Returns the index of a counter in names(). -1 if this kernel has none.
  int Find(absl::string_view name) const;

  absl::StatusOr<StatsSnapshot> Read() const;

  const std::vector<HistogramShape>& histograms() const { return histograms_; }
  // Reads the buckets of histograms(), in their order.
  absl::StatusOr<std::vector<StatsSnapshot>> ReadHistograms() const;

  int fd() const { return fd_.get(); }

 private:
  KvmStats() = default;

  UniqueFd fd_;
  std::vector<std::string> names_;
  std::vector<StatisticType> types_;
  std::vector<uint32_t> offsets_;  // Into the data block, in bytes.
  std::vector<HistogramShape> histograms_;
  uint32_t data_offset_ = 0;
  uint32_t data_bytes_ = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_KVM_STATS_H_
