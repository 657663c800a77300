// The bisect subcommand: answers for `git bisect run`.
#ifndef EXITBENCH_CLI_FILES_BISECT_H_
#define EXITBENCH_CLI_FILES_BISECT_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "results/model/model.h"

namespace exitbench {

// Measures the case of this name on this host, now.
using MeasureFunction =
    std::function<absl::StatusOr<Results>(const std::string& case_name)>;

// Takes --case, --good and --bad; `args` is to be empty. Measures, and once
// more if that leaves it open. Returns the exit code: 0 good, 1 bad, 125
// inconclusive (skip this commit), 128 where the question itself is broken:
// bad usage, a file that can't be read, an unlike host, no KVM. Git takes any
// other code below 128 for "bad", so 2 and 3 are not used here.
int BisectCommand(const std::vector<std::string>& args,
                  const MeasureFunction& measure);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_BISECT_H_
