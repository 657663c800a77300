// The words for the model's enums, as shown in tables and messages.
#ifndef EXITBENCH_RESULTS_MODEL_NAMES_H_
#define EXITBENCH_RESULTS_MODEL_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Names of the metrics that the table of cases shows, or that only serve to
// work out what it shows; all others are listed below it.
inline constexpr absl::string_view kMetricsInTable[] = {
    "guest",          "guest_control", "kvm_run",
    "exit_leg",       "userspace",     "entry_leg",
    "call",           "host_batch",    "host_batch_control",
    "native_control", "exits",         "exits_mean"};

absl::string_view Name(Outcome outcome);  // OK, SKIPPED, FAILED, TIMEOUT
absl::string_view Name(Verdict verdict);  // proven, consistent, contradicted
// "cycles" or "instructions" for ticks, by what a tick of the host is.
absl::string_view Name(Unit unit, Tick tick);
absl::string_view Name(Direction direction);
// "exits 0 per event, expected 1".
std::string Describe(const Unexpected& unexpected);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_NAMES_H_
