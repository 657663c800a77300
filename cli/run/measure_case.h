// One case, measured here and now by the flags of run: for bisect.
#ifndef EXITBENCH_CLI_RUN_MEASURE_CASE_H_
#define EXITBENCH_CLI_RUN_MEASURE_CASE_H_

#include <string>

#include "absl/status/statusor.h"
#include "results/model/model.h"

namespace exitbench {

// Takes --sessions, --rounds, --exits, --cpu and the like as run does. Errors:
// bad flags, no such case, no usable KVM, interrupted.
absl::StatusOr<Results> MeasureCase(const std::string& case_name);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_MEASURE_CASE_H_
