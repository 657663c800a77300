#ifndef EXITBENCH_CLI_SESSION_H_
#define EXITBENCH_CLI_SESSION_H_

#include <string>
#include <vector>

namespace exitbench {

// One session of a run, in this process: started by the run, never by a user.
int SessionCommand(const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_SESSION_H_
