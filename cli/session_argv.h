// The command line that a run starts its session processes with.
#ifndef EXITBENCH_CLI_SESSION_ARGV_H_
#define EXITBENCH_CLI_SESSION_ARGV_H_

#include <string>
#include <vector>

#include "harness/session/run_config.h"

namespace exitbench {

// Our own flags, and what may have become other than they say: a seed drawn
// just now, a plan cut to a budget. The later of two equal flags counts.
std::vector<std::string> SessionArgv(const std::vector<std::string>& argv,
                                     const RunConfig& config);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_SESSION_ARGV_H_
