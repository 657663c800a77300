// Where the time of a VMM's threads goes, by /proc/PID/task/TID.
//
// Time on a CPU and time of waiting for one are exact, in ns (schedstat). Time
// in the guest and in the VMM's own code is coarse (stat): /proc shows it in
// clock ticks of 10 ms, and kernels without CONFIG_VIRT_CPU_ACCOUNTING_GEN only
// look at each timer interrupt where the CPU is. A kernel may account no time
// in the guest at all.
//
// A thread that waits in KVM_RUN, since its vCPU is halted, shows that call
// (syscall) to who may trace it. One that runs shows none.
#ifndef EXITBENCH_HARNESS_LIVE_THREADS_H_
#define EXITBENCH_HARNESS_LIVE_THREADS_H_

#include <sys/types.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "model/counts.h"

namespace exitbench {

// Of one thread, since it began.
struct ThreadTimes {
  std::string name;      // Untrusted: see Printable().
  uint64_t started = 0;  // Tells it from another of the same number.
  bool has_schedstat = false;
  bool in_kvm_run = false;  // It waits there.
  double cpu_ns = 0;
  double wait_ns = 0;
  double guest_ns = 0;
  double user_ns = 0;
};

using ThreadReading = std::map<pid_t, ThreadTimes>;

// Returns the times of a thread by the texts of its stat and schedstat files.
// Without schedstat (empty) the time on a CPU is that of stat. An error: stat
// is not what it should be.
absl::StatusOr<ThreadTimes> ParseThreadTimes(const std::string& stat,
                                             const std::string& schedstat);

// Returns whether the text of a thread's syscall file is of KVM_RUN.
bool IsKvmRun(absl::string_view syscall);

// Reads the times of all threads of a process. kNotFound: it has ended.
absl::StatusOr<ThreadReading> ReadThreads(const std::string& root, pid_t pid);

// Adds up the time of threads from reading to reading. Threads may come and go:
// one that is new counts from its beginning, one that has ended to the last
// reading that it is in.
class ThreadWatch {
 public:
  explicit ThreadWatch(ThreadReading first);

  void Add(const ThreadReading& reading);

  // How the threads of vCPUs are known.
  enum class Known {
    kByKvm,   // KVM names them.
    kByProc,  // They have time in the guest, were seen in KVM_RUN, or have such
              // names as well-known VMMs give them.
    kNot,     // Not of all vCPUs: all threads are taken for them.
  };
  struct VcpuThreads {
    Known known = Known::kNot;
    size_t found = 0;  // How many of `threads` are known to run a vCPU.
    std::set<pid_t> threads;
  };
  // Returns the threads of vCPUs among all that were seen. `named_by_kvm` may
  // be empty. `vcpus` is how many there are, or 0.
  VcpuThreads FindVcpuThreads(const std::vector<pid_t>& named_by_kvm,
                              size_t vcpus) const;

  // Returns the time of those threads that are in `threads`, or of those that
  // are not, but not of those in `leave_out`.
  ThreadTime TimeOf(const std::set<pid_t>& threads) const;
  ThreadTime TimeOfOthers(const std::set<pid_t>& threads,
                          const std::set<pid_t>& leave_out) const;

  // Whether the kernel accounts time of waiting.
  bool has_wait() const { return has_wait_; }

 private:
  struct Thread {
    ThreadTimes last;
    bool was_in_kvm_run = false;
    ThreadTime spent;  // In the time that was watched.
  };

  std::map<pid_t, Thread> threads_;
  bool has_wait_ = true;
};

// Returns whether well-known VMMs give the thread of a vCPU such a name: QEMU
// ("CPU 0/KVM"), Firecracker ("fc_vcpu 0"), crosvm ("crosvm_vcpu0"), Cloud
// Hypervisor ("vcpu0") and kvmtool ("kvm-vcpu-0").
bool IsVcpuName(const std::string& name);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LIVE_THREADS_H_
