// The merge subcommand.
#ifndef EXITBENCH_CLI_FILES_MERGE_H_
#define EXITBENCH_CLI_FILES_MERGE_H_

#include <string>
#include <vector>

namespace exitbench {

// Joins results files of one host and kernel, `args`, into --out=FILE. Returns
// the exit code: 0, or 2.
int MergeCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_MERGE_H_
