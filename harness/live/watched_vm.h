// One VM while it is watched.
#ifndef EXITBENCH_HARNESS_LIVE_WATCHED_VM_H_
#define EXITBENCH_HARNESS_LIVE_WATCHED_VM_H_

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/owned.h"
#include "harness/live/live_vm.h"
#include "harness/live/process_files.h"
#include "harness/live/statistics.h"
#include "harness/live/threads.h"
#include "model/counts.h"

namespace exitbench {

// Returns the time of CLOCK_MONOTONIC.
absl::Duration MonotonicNow();

// Move-only.
class WatchedVm {
 public:
  WatchedVm(const LiveVm& vm, const StatisticTypes& types,
            const std::string& root);

  // Does the first reading. After an error nothing is counted. kNotFound: the
  // VM has ended.
  absl::Status Begin();

  // Reads again. It is to be called often enough that an ended VM's last
  // reading is not long ago. It returns at once where the last reading is not
  // 200 times as long ago as it took, so that all take 0.5% of a CPU at most.
  void Poll();

  // Reads for the last time, if the VM has not ended.
  void End();

  bool ended() const { return ended_; }
  const LiveVm& vm() const { return vm_; }
  ThreadWatch::VcpuThreads FindVcpuThreads() const;

  // Returns what was counted from the first reading to the last one.
  // `vcpu_threads_of_others` are those of other VMs of the process.
  LiveCounts Counts(const std::set<pid_t>& vcpu_threads_of_others) const;

 private:
  absl::Status Read();
  bool IsOver();
  void SetThreads(const std::set<pid_t>& vcpu_threads_of_others,
                  LiveCounts& counts) const;

  LiveVm vm_;
  std::string root_;
  UniqueFd process_;  // None where the kernel can't open processes.
  absl::StatusOr<std::vector<OpenKvmFile>> files_;
  std::vector<uint64_t> folder_ids_;  // A folder of the same name is another.
  StatisticsReader statistics_;
  std::vector<pid_t> vcpu_threads_;  // As KVM names them.
  absl::Duration first_at_;
  absl::Duration last_at_;
  absl::Duration reading_took_;
  StatisticValues first_;
  StatisticValues last_;
  std::set<std::string> fallen_;  // What was less than in the reading before.
  std::optional<ThreadWatch> threads_;
  bool ended_ = false;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_WATCHED_VM_H_
