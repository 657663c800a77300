// Joins results: for the sessions of one `run`, for --append, and for `merge`.
#ifndef EXITBENCH_RESULTS_SIDES_MERGE_H_
#define EXITBENCH_RESULTS_SIDES_MERGE_H_

#include <string>

#include "absl/status/status.h"
#include "results/model/model.h"

namespace exitbench {

// Checks that results of the two hosts are one sample: the kernel is the same,
// and diff would neither refuse nor warn of any difference (see FactAction).
// kFailedPrecondition names one difference with both values, for example
// "kernel differs: 6.1 and 6.2". The caller adds what to do about it.
absl::Status CheckSameHostAndKernel(const Host& a, const Host& b);

// Returns a key of the session that is the same in every file that holds it.
std::string SessionId(const Session& session);

// Checks what Merge() checks. `more` may also be a plan: a host, a session with
// its settings and CPUs, and cases with their code hashes, all without runs.
// kFailedPrecondition: hosts or settings differ, or a case of the same name has
// another payload. kInvalidArgument: a session is in both.
absl::Status CheckMergeable(const Results& more, const Results& into);

// Adds the sessions, runs and histograms of `more` to `into`. Cases are matched
// by name; a case that only one has is kept. The outcome of a case becomes the
// worse of the two, in the order FAILED, TIMEOUT, OK, SKIPPED.
// Errors are those of CheckMergeable(). `into` is then unchanged.
absl::Status Merge(const Results& more, Results& into);

// Adds the runs of one case to `into`. They refer to sessions of `into`.
// kFailedPrecondition: a case of that name has another code hash.
absl::Status MergeCase(const CaseResult& more, Results& into);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_SIDES_MERGE_H_
