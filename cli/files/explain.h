// The explain subcommand.
#ifndef EXITBENCH_CLI_FILES_EXPLAIN_H_
#define EXITBENCH_CLI_FILES_EXPLAIN_H_

#include <string>
#include <vector>

namespace exitbench {

// Explains the results of `args`, a results file, by the profile of `args`, one
// of an emulated host. Returns the exit code: 0, 1 (no model), 2 or 3 (refused:
// the profile is another host's).
int ExplainCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_EXPLAIN_H_
