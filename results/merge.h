// Joining results: sessions of one run, --append, and the merge subcommand.
#ifndef EXITBENCH_RESULTS_MERGE_H_
#define EXITBENCH_RESULTS_MERGE_H_

#include "absl/status/status.h"
#include "results/model.h"

namespace exitbench {

// Whether two files may be joined: same schema, kernel, backend, paging mode,
// CPU and tick. The message names what differs.
absl::Status CheckSameHostAndKernel(const Host& a, const Host& b);

// Adds all of `more` to `into`: its sessions, its runs (their session numbers
// moved up accordingly), its histograms. Cases meet by name; a case in one of
// the two only is kept. The outcome of a case is the worst of its runs':
// FAILED, TIMEOUT, OK, SKIPPED, in that order.
// kFailedPrecondition, and `into` untouched, where the hosts differ or a case
// of the same name was another payload.
absl::Status Merge(const Results& more, Results& into);

// Adds one case's runs to `into`, whose sessions they already speak of.
// kFailedPrecondition if a case of that name has another code hash.
absl::Status MergeCase(const CaseResult& more, Results& into);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MERGE_H_
