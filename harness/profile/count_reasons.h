// The events of a case once more, untimed, with their exits counted by reason.
#ifndef EXITBENCH_HARNESS_PROFILE_COUNT_REASONS_H_
#define EXITBENCH_HARNESS_PROFILE_COUNT_REASONS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/perf/tracepoint.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// So many events are enough to tell one exit each from one now and then. Where
// instructions are counted nothing varies, and each takes long.
inline constexpr uint32_t kReasonEvents = 100;
inline constexpr uint32_t kReasonEventsCounted = 20;

class ReasonCounter {
 public:
  // Opens the tracepoint for what `cases` claim: see ExitCounter::Open().
  static absl::StatusOr<ReasonCounter> Open(
      const Kvm& kvm, const std::vector<CaseInstance>& cases);

  // Runs `instance` in a VM that was warmed up, for so many events or as many
  // as the case may make, and its control as often. Returns the case with the
  // count, and with the verdict and the proof that follow from the count alone.
  // A contradicted count is taken again, twice at most.
  //
  // kNotFound: the row claims no reason here, see ReasonClaimOf(). Other errors
  // are those of the loops and of the tracepoint.
  absl::StatusOr<CaseResult> Count(const Kvm& kvm, const CaseInstance& instance,
                                   const RunSettings& settings,
                                   RunTools& tools);

 private:
  ReasonCounter() = default;

  // By their filter, which the kernel lets an event have once.
  std::map<std::string, ExitCounter> counters_;
};

// Returns whether this host has what it takes to count exits by reason, as far
// as its files tell. It opens no tracepoint.
bool MayHaveReasons(const Kvm& kvm);

// Checks that exits can be counted by reason on this host. Errors say what is
// missing.
absl::Status CheckMayCountReasons(const Kvm& kvm);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PROFILE_COUNT_REASONS_H_
