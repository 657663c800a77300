// What a live VM did while it was watched: how often each thing happened, and
// where the time of its threads went. Plain data, made by harness/live.
#ifndef EXITBENCH_MODEL_COUNTS_H_
#define EXITBENCH_MODEL_COUNTS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace exitbench {

// By how much one of KVM's statistics grew: of the VM, or of all its vCPUs
// added up. Names are the kernel's: "io_exits".
struct StatisticCount {
  std::string name;
  double count = 0;
};

// The same of a histogram. Bucket i counts values in [2^(i-1), 2^i), bucket 0
// those that are 0, as KVM API section 4.133 has logarithmic histograms.
struct StatisticHistogram {
  std::string name;
  std::vector<double> buckets;
};

// Time of the VMM's threads while it was watched.
struct ThreadTime {
  uint32_t threads = 0;
  double cpu_ns = 0;     // On a CPU: in the guest, in KVM, and in the VMM.
  double guest_ns = 0;   // Of that, in the guest, as the kernel accounts it.
  double user_ns = 0;    // Of that, in the VMM's own code.
  double wait_ns = 0;    // Runnable, but without a CPU. Guests see it as steal.
  bool has_wait = true;  // The kernel accounts that.
};

// One kind of exit that the tracepoints told apart.
struct ReasonCount {
  std::string reason;   // As the kernel names it: "CPUID".
  double count = 0;     // In all windows together.
  double variance = 0;  // Of that count, from window to window.
};

// Exits by reason. They are counted within short windows only, spread over the
// time, since a tracepoint makes each exit longer.
struct ExitWindows {
  uint32_t windows = 0;              // 0: none were counted.
  double open_ns = 0;                // All windows together.
  double exits = 0;                  // Of all reasons, in all windows.
  std::vector<ReasonCount> reasons;  // kvm:kvm_exit
  std::vector<ReasonCount> userspace_reasons;  // kvm:kvm_userspace_exit
};

struct LiveCounts {
  int64_t pid = 0;
  std::string vmm;  // Its command's name. Untrusted: see Printable().
  // What tells its VMs apart, where a process has several: "12" of debugfs's
  // 4711-12. Empty: the VM's number is not known.
  std::string vm;
  uint32_t vcpus = 0;  // 0: unknown.
  std::string source;  // Where the statistics come from; empty: there are none.
  double watched_ns = 0;
  bool ended = false;  // The VM ended before the time was over.
  std::vector<StatisticCount> statistics;  // Those that only grow.
  std::vector<StatisticHistogram> histograms;
  ThreadTime vcpu_threads;
  ThreadTime other_threads;
  ExitWindows windows;
  // What could not be had, with what would help: a sentence each.
  std::vector<std::string> missing;

  // Whether anything was counted that costs can be multiplied by. Otherwise no
  // sum is known, not even that it is 0.
  bool has_any() const {
    return watched_ns > 0 && (!statistics.empty() || !windows.reasons.empty());
  }
};

}  // namespace exitbench

#endif  // EXITBENCH_MODEL_COUNTS_H_
