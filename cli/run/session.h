// exitbench session: the command that `run` starts its session processes with.
#ifndef EXITBENCH_CLI_RUN_SESSION_H_
#define EXITBENCH_CLI_RUN_SESSION_H_

#include <string>
#include <vector>

namespace exitbench {

// Runs one session in this process, as --session_task says. Writes its frames
// to --session_fd. Returns the exit code.
int SessionCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_SESSION_H_
