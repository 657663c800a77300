// The error of a file that can't be used.
#ifndef EXITBENCH_RESULTS_FILE_DAMAGED_H_
#define EXITBENCH_RESULTS_FILE_DAMAGED_H_

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace exitbench {

// kInvalidArgument: "not a usable results file: WHAT".
inline absl::Status Damaged(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("not a usable results file: ", what));
}

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_FILE_DAMAGED_H_
