// What a guest's run and a host loop's have in common: what else the CPUs did
// meanwhile, and the proof.
#ifndef EXITBENCH_HARNESS_RUN_RUN_PARTS_H_
#define EXITBENCH_HARNESS_RUN_RUN_PARTS_H_

#include <cstdint>
#include <optional>

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

// Notes in the run what its threads and CPUs went through since `before`. Stops
// `beside`, unless null or put on vCPU 0's CPU. Returns the events of noise.
uint64_t NoteDisturbance(const NoiseSnapshot& before, const Case& row,
                         HelperThreads* helpers, CaseResult& result);

// Notes verdict, proof and what is unexpected. kInternal: contradicted; or,
// with --strict_expectations, unexpected.
absl::Status NoteProof(const ProofInput& input,
                       absl::Span<const Evidence> evidence,
                       const RunSettings& settings, CaseResult& result);

// Notes what the row's own check of the whole run adds to verdict and proof.
// Its error, if it has one; then nothing is proven.
absl::Status NoteConclusion(const Case& row, Machine& machine,
                            CaseResult& result);

// How often each event exited, as metric "exits" if that is a whole number,
// else as "exits_mean"; none where the kernel does not count.
void AddExits(const std::optional<ExitsPerEvent>& exits, CaseResult& result);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_RUN_RUN_PARTS_H_
