// What is known of a session before it runs: its cases, its host, its settings.
// A session reports it about itself. --append asks for it to compare.
#ifndef EXITBENCH_HARNESS_SESSION_DESCRIBE_SESSION_H_
#define EXITBENCH_HARNESS_SESSION_DESCRIBE_SESSION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_config.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// Returns the cases that `config` selects, with its parameters applied.
// kInvalidArgument: the filter or a parameter is malformed, or no selected case
// obeys a parameter.
absl::StatusOr<std::vector<CaseInstance>> SelectCases(const RunConfig& config);

// Returns results with the host and one session of `config` that has not begun.
// They have no boot, time, facts or cases. `filtered` says that the session is
// under a seccomp filter.
absl::StatusOr<Results> DescribeSession(const Kvm& kvm, const RunConfig& config,
                                        bool filtered);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_DESCRIBE_SESSION_H_
