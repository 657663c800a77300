// Measures one case for bisect, by the flags of run.
#ifndef EXITBENCH_CLI_RUN_MEASURE_CASE_H_
#define EXITBENCH_CLI_RUN_MEASURE_CASE_H_

#include <string>

#include "absl/status/statusor.h"
#include "results/model/model.h"

namespace exitbench {

// Measures the case as run does, by --sessions, --rounds, --events, --cpu and
// so on. Errors: bad flags, no such case, no usable KVM, interrupted.
absl::StatusOr<Results> MeasureCase(const std::string& case_name);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_MEASURE_CASE_H_
