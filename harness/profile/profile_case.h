// --profile: which functions of the kernel the events of a case are in, by
// samples, and what the PMU counts of them. Neither is timed.
#ifndef EXITBENCH_HARNESS_PROFILE_PROFILE_CASE_H_
#define EXITBENCH_HARNESS_PROFILE_PROFILE_CASE_H_

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "cases/catalogue/catalogue.h"
#include "harness/perf/event_counters.h"
#include "harness/perf/sampler.h"
#include "harness/settings/run_settings.h"
#include "profile/model/profile.h"
#include "profile/symbols/symbols.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Samples and counts cases, one after another.
class CaseProfiler {
 public:
  // Opens the events on `cpus`: see Sampler::Open(). Call it before the seccomp
  // filter is installed, and before threads are started.
  // Tests count other `events`.
  static absl::StatusOr<CaseProfiler> Open(
      const std::vector<int>& cpus,
      absl::Span<const CountedEvent> events = HardwareEvents());

  // Reads the symbols of this kernel.
  absl::Status ReadSymbols();

  // Runs `instance` for `time` and returns a profile of it, which says only of
  // the host what made it. A case that can't be run has none and says why.
  // Calls `alive` from time to time.
  Profile Sample(const Kvm& kvm, const CaseInstance& instance,
                 const RunSettings& settings, RunTools& tools,
                 absl::Duration time, const std::function<void()>& alive);

  // Runs `instance` for `time` in all. Returns it with the metrics of the PMU,
  // as one run, or without metrics where there is no PMU.
  CaseResult Count(const Kvm& kvm, const CaseInstance& instance,
                   const RunSettings& settings, RunTools& tools,
                   absl::Duration time);

  // Whether there is a PMU.
  bool counts() const { return !pairs_.empty(); }

 private:
  CaseProfiler(Sampler sampler, std::vector<EventPair> pairs)
      : sampler_(std::move(sampler)), pairs_(std::move(pairs)) {}

  Sampler sampler_;
  std::vector<EventPair> pairs_;
  std::optional<SymbolTable> symbols_;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROFILE_PROFILE_CASE_H_
