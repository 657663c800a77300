// exitbench list: lists the cases, and with --check which of them this host can
// run.
#ifndef EXITBENCH_CLI_LIST_H_
#define EXITBENCH_CLI_LIST_H_

#include <string>
#include <vector>

namespace exitbench {

// Returns the exit code.
int ListCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_LIST_H_
