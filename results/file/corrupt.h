// The error for a results file that is corrupt.
#ifndef EXITBENCH_RESULTS_FILE_CORRUPT_H_
#define EXITBENCH_RESULTS_FILE_CORRUPT_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// Returns kInvalidArgument, "not a usable results file: WHAT".
inline absl::Status Corrupt(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a usable results file: ", what));
}

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_CORRUPT_H_
