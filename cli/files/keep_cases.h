// Leaves out the cases of a results file that were not asked for.
#ifndef EXITBENCH_CLI_FILES_KEEP_CASES_H_
#define EXITBENCH_CLI_FILES_KEEP_CASES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Removes the cases whose name `filter` does not select: see FilterNames().
absl::Status KeepCases(absl::string_view filter, Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_KEEP_CASES_H_
