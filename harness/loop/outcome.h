// How a case ends, by the status that ended it: one channel of errors from
// hooks and loops to the session.
#ifndef EXITBENCH_HARNESS_LOOP_OUTCOME_H_
#define EXITBENCH_HARNESS_LOOP_OUTCOME_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// kUnimplemented: the host can't; kUnavailable: it lacks a resource just now.
// Both are SKIPPED. kDeadlineExceeded is TIMEOUT, every other error FAILED.
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

// The same error, `before` and `after` added to its message. OK stays OK.
inline absl::Status Annotated(absl::string_view before,
                              const absl::Status& status,
                              absl::string_view after = "") {
  if (status.ok()) return status;
  return absl::Status(status.code(),
                      absl::StrCat(before, status.message(), after));
}

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_OUTCOME_H_
