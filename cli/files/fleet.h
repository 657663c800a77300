// exitbench fleet: how figures are spread over many hosts, and which hosts
// stand out.
#ifndef EXITBENCH_CLI_FILES_FLEET_H_
#define EXITBENCH_CLI_FILES_FLEET_H_

#include <string>
#include <vector>

namespace exitbench {

// Files that can't be used are named on standard error, and all others are
// still used. Returns 0, 1 if a host stands out or a kernel is worse, 2 if a
// file could not be used or for bad usage.
int FleetCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_FLEET_H_
