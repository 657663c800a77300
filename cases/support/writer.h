// Runs a guest that writes to its memory at a given rate, on a thread of its
// own, while the host looks for what it dirties.
#ifndef EXITBENCH_CASES_SUPPORT_WRITER_H_
#define EXITBENCH_CASES_SUPPORT_WRITER_H_

#include <atomic>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "base/kicked_thread.h"
#include "vmm/machine.h"

namespace exitbench {

// Runs vCPU 0, loaded with blobs::paced_write, over all of case memory. The
// machine may be moved meanwhile. No other thread may use the vCPU between
// Start() and Stop().
class Writer {
 public:
  Writer() = default;
  ~Writer() { Stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Goes over all pages once, on this thread. After it the host has backed them
  // and the guest has mapped them.
  absl::Status TouchAll(Machine& machine);
  // Starts the thread, off this CPU where there is another.
  absl::Status Start(Machine& machine, uint64_t period_ticks,
                     uint32_t pages_per_run);
  // Ends the thread, and kicks it out of KVM_RUN.
  void Stop();

  // Returns how many pages were written since the VM was made. At any time.
  uint64_t pages() const;
  // Returns what went wrong, if anything. At any time.
  absl::Status status() const;
  // Returns the interquartile mean of one store's time in the guest, since
  // Start(). After Stop().
  double StoreTicks() const;
  // Returns the CPU time of the thread since Start(). After Stop().
  double ran_ms() const { return ran_ms_; }

 private:
  // Runs the guest to the doorbell. False if that failed, or is to end.
  bool RunBatch(uint32_t pages);
  void Loop(uint32_t pages_per_run);

  Vcpu* vcpu_ = nullptr;
  ParameterBlock* block_ = nullptr;
  const GuestStamp* stamps_ = nullptr;
  std::atomic<int> error_ = 0;        // errno of KVM_RUN.
  std::atomic<uint32_t> reason_ = 0;  // Of an exit that was not expected.
  // These two are the thread's until it has ended.
  std::vector<double> spans_;
  double ran_ms_ = 0;
  KickedThread thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_WRITER_H_
