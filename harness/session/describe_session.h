// What of a session is known before it has run: which cases, on which host,
// with which settings. A session says it of itself; --append asks beforehand.
#ifndef EXITBENCH_HARNESS_SESSION_DESCRIBE_SESSION_H_
#define EXITBENCH_HARNESS_SESSION_DESCRIBE_SESSION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_config.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// The cases that `config` selects, as its memory parameters have them.
// kInvalidArgument: a filter or a parameter that is none, or that is about none
// of the cases.
absl::StatusOr<std::vector<CaseInstance>> SelectCases(const RunConfig& config);

// The host, and one session of `config` on it that has not begun: it has no
// boot, time or facts, and there are no cases. `filtered`: it is under a
// seccomp filter.
absl::StatusOr<Results> DescribeSession(const Kvm& kvm, const RunConfig& config,
                                        bool filtered);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_DESCRIBE_SESSION_H_
