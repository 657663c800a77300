// Names of the model's enum values, as shown in tables and messages.
#ifndef EXITBENCH_RESULTS_MODEL_NAMES_H_
#define EXITBENCH_RESULTS_MODEL_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Names of the metrics that the table of cases shows or computes its columns
// from. All other metrics are listed below the table.
inline constexpr absl::string_view kMetricsInTable[] = {"guest",
                                                        "guest_control",
                                                        "kvm_run",
                                                        "exit_leg",
                                                        "userspace",
                                                        "entry_leg",
                                                        "call",
                                                        "host_batch",
                                                        "host_batch_control",
                                                        "native_control",
                                                        "exits",
                                                        "exits_mean",
                                                        "guest_mean",
                                                        "guest_mean_control"};

// Returns OK, SKIPPED, FAILED or TIMEOUT.
absl::string_view Name(Outcome outcome);
// Returns proven, consistent or contradicted.
absl::string_view Name(Verdict verdict);
// Returns the unit's name. Ticks are "cycles", "instructions" or "ticks", as
// `tick` says.
absl::string_view Name(Unit unit, Tick tick);
absl::string_view Name(Direction direction);
// Returns the name of the clock whose ticks these are: "TSC", "CNTVCT".
absl::string_view ClockName(const Host& host);
// Returns a sentence such as "exits 0 per event, expected 1".
std::string Describe(const Unexpected& unexpected);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_MODEL_NAMES_H_
