// The bisect subcommand: answers for `git bisect run`.
#ifndef EXITBENCH_CLI_FILES_BISECT_H_
#define EXITBENCH_CLI_FILES_BISECT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "results/model/model.h"

namespace exitbench {

// Measures the case of this name on this host.
using MeasureFunction =
    std::function<absl::StatusOr<Results>(const std::string& case_name)>;

// Takes --case, --good and --bad; `args` must be empty. Measures the case, and
// a second time if the first is inconclusive. Where it is bad, and good and bad
// have profiles beside them, names the functions that changed most. Returns the
// exit code: 0 good, 1 bad, 125 inconclusive (git skips the commit), 128 for
// bad usage, a file that can't be read, an unlike host, or no KVM. Git takes
// all other codes below 128 for "bad", so 2 and 3 are not used.
int BisectCommand(const std::vector<std::string>& args,
                  const MeasureFunction& measure);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_BISECT_H_
