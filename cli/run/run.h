// exitbench run: measures the selected cases, prints a table, writes a file.
#ifndef EXITBENCH_CLI_RUN_RUN_H_
#define EXITBENCH_CLI_RUN_RUN_H_

#include <string>
#include <vector>

namespace exitbench {

// Returns the exit code.
int RunCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_RUN_H_
