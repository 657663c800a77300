// --append: whether this run can be added to a file, found out before
// measuring.
#ifndef EXITBENCH_CLI_RUN_RUN_APPEND_H_
#define EXITBENCH_CLI_RUN_RUN_APPEND_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_config.h"
#include "results/model/model.h"
#include "vmm/kvm.h"

namespace exitbench {

// The results at `path`, to which a run of `cases` with `config` on this host
// can be added: compared is all that is known before the run. No sessions where
// there is no such file yet. Errors name the file and what to do.
absl::StatusOr<Results> ReadToAppendTo(const std::string& path, const Kvm& kvm,
                                       const RunConfig& config,
                                       const std::vector<CaseInstance>& cases);

// `why` the file at `path` can't be added to, and what to do about it.
absl::Status CantAppend(const std::string& path, const absl::Status& why);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_APPEND_H_
