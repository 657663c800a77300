// The kernel's own counters of a VM or vCPU: KVM_GET_STATS_FD (KVM API 4.133,
// Linux 5.14). Counters are looked up by name, since each kernel has others.
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

// Values at one moment, in the order of KvmStats::names().
using StatsSnapshot = std::vector<uint64_t>;

// Owns the statistics file of one VM or vCPU. Single-valued counters only;
// histograms are left out.
class KvmStats {
 public:
  // `fd` is a VM's or vCPU's. To be opened before the vCPU runs: on a running
  // one the ioctl blocks. kUnimplemented before Linux 5.14.
  static absl::StatusOr<KvmStats> Open(int fd);

  KvmStats(KvmStats&&) = default;
  KvmStats& operator=(KvmStats&&) = default;

  const std::vector<std::string>& names() const { return names_; }
  // -1 if this kernel has no such counter.
  int Find(absl::string_view name) const;

  absl::StatusOr<StatsSnapshot> Read() const;

 private:
  KvmStats() = default;

  UniqueFd fd_;
  std::vector<std::string> names_;
  std::vector<uint32_t> offsets_;  // Into the data block, in bytes.
  uint32_t data_offset_ = 0;
  uint32_t data_bytes_ = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_VMM_KVM_STATS_H_
