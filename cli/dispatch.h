// The command line as a whole.
#ifndef EXITBENCH_CLI_DISPATCH_H_
#define EXITBENCH_CLI_DISPATCH_H_

#include <string>
#include <vector>

namespace exitbench {

// Runs the command that `argv` names, and returns the exit code.
int Dispatch(const std::vector<std::string>& argv);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_DISPATCH_H_
