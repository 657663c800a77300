// The steps that runs of guests and of host loops have in common.
#ifndef EXITBENCH_HARNESS_RUN_RUN_PARTS_H_
#define EXITBENCH_HARNESS_RUN_RUN_PARTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "cases/case.h"
#include "harness/host/disturbance.h"
#include "harness/loop/helper_threads.h"
#include "harness/proof/counters.h"
#include "harness/proof/proof.h"
#include "harness/settings/run_settings.h"
#include "results/model/model.h"

namespace exitbench {

// Returns `events`, or as many more as it takes to touch all memory that the
// case uses.
uint32_t WarmupEvents(const Case& row, uint32_t batch, uint32_t events);

// Notes in `result` what disturbed the run since `before`. Stops `helpers`,
// unless null or on the CPU of vCPU 0. Returns NoiseEvents() of all threads.
uint64_t NoteDisturbance(const NoiseSnapshot& before, const Case& row,
                         HelperThreads* helpers, CaseResult& result);

// Returns a sentence: "unexpected: exits 2 per event, expected 1".
std::string DescribeUnexpected(absl::Span<const Unexpected> unexpected);

// Notes the verdict, the proof and what is unexpected. kInternal: the run is
// contradicted, or unexpected under --strict_expectations.
absl::Status NoteProof(const ProofInput& input,
                       absl::Span<const Evidence> evidence,
                       const RunSettings& settings, CaseResult& result);

// Calls the row's `finish` and notes what it adds to the verdict and the proof.
// Returns its error, and then nothing is proven.
absl::Status NoteConclusion(const Case& row, Machine& machine,
                            CaseResult& result);

// Adds how often each event exited: as metric "exits" if that is a whole
// number, else as "exits_mean". Adds nothing where the kernel does not count.
void AddExits(const std::optional<ExitsPerEvent>& exits, CaseResult& result);

// Adds metric "halt_polled", if there is one: see HaltPollOf().
void AddHaltPoll(const std::optional<double>& ns, CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_RUN_PARTS_H_
