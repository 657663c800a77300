// exitbench session: what run starts its session processes as.
#ifndef EXITBENCH_CLI_RUN_SESSION_H_
#define EXITBENCH_CLI_RUN_SESSION_H_

#include <string>
#include <vector>

namespace exitbench {

// One session of a run, in this process, by --session_task; its frames go to
// --session_fd. Returns the exit code.
int SessionCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_SESSION_H_
