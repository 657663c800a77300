// The diff subcommand.
#ifndef EXITBENCH_CLI_FILES_DIFF_H_
#define EXITBENCH_CLI_FILES_DIFF_H_

#include <string>
#include <vector>

namespace exitbench {

// Compares two or more sides. Each of `args` is a side: a file, or several
// joined by commas. Returns the exit code: 0 nothing got worse, 1 something
// did, 2 bad usage or a file that can't be read, 3 not comparable, 4 with
// --strict if nothing got worse but some change is unsure or lost.
int DiffCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_DIFF_H_
