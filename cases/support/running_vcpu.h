// Keeps vCPU 0 in the guest on a CPU of its own, while the host makes calls on
// the VM: such a call may have to reach the running vCPU (kick it, flush its
// TLB, wait for it to leave a read-side section).
#ifndef EXITBENCH_CASES_SUPPORT_RUNNING_VCPU_H_
#define EXITBENCH_CASES_SUPPORT_RUNNING_VCPU_H_

#include <atomic>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/kicked_thread.h"
#include "cases/case.h"
#include "vmm/machine.h"

namespace exitbench {

// Runs vCPU 0, whose payload makes no exit of its own (blobs::spin). The
// machine may be moved meanwhile. No other thread may use the vCPU between
// Start() and Stop().
class RunningVcpu {
 public:
  RunningVcpu() = default;
  ~RunningVcpu() { Stop(); }
  RunningVcpu(const RunningVcpu&) = delete;
  RunningVcpu& operator=(const RunningVcpu&) = delete;

  // Starts the thread on another CPU than this thread's. kUnimplemented where
  // this process may use no other.
  absl::Status Start(Machine& machine);
  // Kicks the vCPU out of the guest and ends the thread. Nothing if there is
  // none.
  void Stop();

  // Returns what went wrong, if anything. At any time.
  absl::Status status() const;
  // Ends the thread and says for how much of the time it ran. kUnavailable if
  // that was less than half: the vCPU was not what the case says it was.
  absl::StatusOr<Conclusion> Finish();

 private:
  void Loop();

  Vcpu* vcpu_ = nullptr;
  std::atomic<int> error_ = 0;        // errno of KVM_RUN.
  std::atomic<uint32_t> reason_ = 0;  // Of an exit, where there is to be none.
  // The thread's until it has ended.
  double ran_ms_ = 0;
  double lasted_ms_ = 0;
  KickedThread thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_RUNNING_VCPU_H_
