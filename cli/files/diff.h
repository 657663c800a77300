// The diff subcommand.
#ifndef EXITBENCH_CLI_FILES_DIFF_H_
#define EXITBENCH_CLI_FILES_DIFF_H_

#include <string>
#include <vector>

namespace exitbench {

// `args`: two sides or more, each a file or several joined by commas. Returns
// the exit code: 0 nothing got worse, 1 something did, 2 usage or a file that
// can't be read, 3 not comparable, 4 with --strict if something is left open.
int DiffCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_DIFF_H_
