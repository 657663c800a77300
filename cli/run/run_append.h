// --append: checks before measuring whether the new sessions can be added to a
// file.
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

// Reads the results at `path`. Checks that sessions of `cases` with `config` on
// this host can be added, as far as that is known before they run. Returns no
// sessions if there is no such file. Errors name the file and say what to do.
absl::StatusOr<Results> ReadToAppendTo(const std::string& path, const Kvm& kvm,
                                       const RunConfig& config,
                                       const std::vector<CaseInstance>& cases);

// Returns the error `why` with the file's name and what to do about it.
absl::Status CantAppend(const std::string& path, const absl::Status& why);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_APPEND_H_
