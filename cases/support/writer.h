// A guest that writes to its memory at a given rate, on a thread of its own,
// while the host does something about what it dirties.
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
// machine may be moved meanwhile, but no other thread may use the vCPU between
// Start() and Stop().
class Writer {
 public:
  Writer() = default;
  ~Writer() { Stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Goes over all pages once, on this thread; the host has then backed them
  // and the guest mapped them.
  absl::Status TouchAll(Machine& machine);
  // Starts the thread, off this CPU where there is another.
  absl::Status Start(Machine& machine, uint64_t period_ticks,
                     uint32_t pages_per_run);
  // Ends it; takes as long as one KVM_RUN at most, and kicks that.
  void Stop();

  // Pages written since the VM was made. Any time.
  uint64_t pages() const;
  // What went wrong, if anything. Any time.
  absl::Status status() const;
  // Interquartile mean of one store's time in the guest, since Start(). After
  // Stop().
  double StoreTicks() const;
  // CPU time of the thread, since Start(). After Stop().
  double ran_ms() const { return ran_ms_; }

 private:
  // One KVM_RUN to the doorbell; false if it failed or is to end.
  bool RunBatch(uint32_t pages);
  void Loop(uint32_t pages_per_run);

  Vcpu* vcpu_ = nullptr;
  ParameterBlock* block_ = nullptr;
  const GuestStamp* stamps_ = nullptr;
  std::atomic<int> error_ = 0;        // errno of KVM_RUN.
  std::atomic<uint32_t> reason_ = 0;  // Of an exit that was not expected.
  // The thread's until it has ended.
  std::vector<double> spans_;
  double ran_ms_ = 0;
  KickedThread thread_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CASES_SUPPORT_WRITER_H_
