// Joining results: sessions of one run, --append, and the merge subcommand.
#ifndef EXITBENCH_RESULTS_SIDES_MERGE_H_
#define EXITBENCH_RESULTS_SIDES_MERGE_H_

#include <string>

#include "absl/status/status.h"
#include "results/model/model.h"

namespace exitbench {

// Whether results of the two make one sample: the same kernel, and no fact that
// diff would refuse or warn of (see FactAction) differs. kFailedPrecondition
// names one that does, and both values: "kernel differs: 6.1 and 6.2"; what to
// do about it is the caller's to say.
absl::Status CheckSameHostAndKernel(const Host& a, const Host& b);

// The same for the same session, whatever file it is in.
std::string SessionId(const Session& session);

// What Merge() checks. `more` may be a plan that was not carried out: a host, a
// session's settings (knobs, cpus), cases with their code hashes.
// kFailedPrecondition where hosts or settings differ or a case of the same name
// was another payload; kInvalidArgument where a session is in both.
absl::Status CheckMergeable(const Results& more, const Results& into);

// Adds all of `more` to `into`: its sessions, its runs (their session numbers
// moved up accordingly), its histograms. Cases meet by name; a case in one of
// the two only is kept. The outcome of a case is the worst of its runs':
// FAILED, TIMEOUT, OK, SKIPPED, in that order.
// Errors are CheckMergeable's; `into` is untouched then.
absl::Status Merge(const Results& more, Results& into);

// Adds one case's runs to `into`, whose sessions they already speak of.
// kFailedPrecondition if a case of that name has another code hash.
absl::Status MergeCase(const CaseResult& more, Results& into);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_MERGE_H_
