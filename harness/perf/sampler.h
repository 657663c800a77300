// Samples what the threads of this process execute in the kernel, by
// perf_event_open(2).
#ifndef EXITBENCH_HARNESS_PERF_SAMPLER_H_
#define EXITBENCH_HARNESS_PERF_SAMPLER_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "harness/loop/region.h"
#include "harness/perf/perf_event.h"
#include "harness/perf/perf_records.h"
#include "harness/perf/perf_ring.h"

namespace exitbench {

// What makes the samples.
struct SampleClock {
  std::string name;  // "cycles" or "cpu-clock".
  // An NMI takes them, so also where interrupts are off.
  bool nmi = false;
  uint64_t period = 0;  // Core cycles, or ns of CPU time.
};

// Samples within regions. It samples the calling thread and threads that this
// thread starts later.
class Sampler : public Region {
 public:
  // Opens a hardware counter of cycles on each of `cpus`, or a software clock
  // where there is none. Threads are sampled on these CPUs only. Without CPUs
  // it samples the calling thread only, wherever it runs. Call it before the
  // seccomp filter is installed. kPermissionDenied: see CheckMaySample().
  static absl::StatusOr<Sampler> Open(const std::vector<int>& cpus);

  // Only one thread at a time may call these.
  void Enter() override;
  void Leave() override;

  // Adds what was sampled since the last call to `to`. Call it outside of a
  // region, often enough that rings don't run over: each 50 ms.
  absl::Status Take(PerfRecords& to);

  const SampleClock& clock() const { return clock_; }

 private:
  struct OnCpu {
    PerfEvent event;
    PerfRing ring;
  };

  explicit Sampler(SampleClock clock) : clock_(std::move(clock)) {}
  static absl::StatusOr<Sampler> OpenWith(const SampleClock& clock,
                                          const std::vector<int>& cpus);

  SampleClock clock_;
  std::vector<OnCpu> on_cpus_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PERF_SAMPLER_H_
