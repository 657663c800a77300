// The outcome of a case by the status that ended it. Hooks, loops and steps of
// a run report errors as a Status, and its code alone decides.
#ifndef EXITBENCH_HARNESS_LOOP_OUTCOME_H_
#define EXITBENCH_HARNESS_LOOP_OUTCOME_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Returns SKIPPED for kUnimplemented (the host can't) and kUnavailable (the
// host lacks a resource now), TIMEOUT for kDeadlineExceeded, and FAILED for any
// other error.
inline Outcome OutcomeOf(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk:
      return Outcome::kOk;
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kUnavailable:
      return Outcome::kSkipped;
    case absl::StatusCode::kDeadlineExceeded:
      return Outcome::kTimeout;
    default:
      return Outcome::kFailed;
  }
}

// Returns the error with `before` and `after` around its message. OK stays OK.
inline absl::Status Annotated(absl::string_view before,
                              const absl::Status& status,
                              absl::string_view after = "") {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(before, status.message(), after));
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_OUTCOME_H_
