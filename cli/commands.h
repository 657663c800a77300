// The commands, and the flags that each takes.
#ifndef EXITBENCH_CLI_COMMANDS_H_
#define EXITBENCH_CLI_COMMANDS_H_

#include <vector>

#include "cli/command.h"

namespace exitbench {

const std::vector<Command>& Commands();

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMANDS_H_
