// The calibrate subcommand.
#ifndef EXITBENCH_CLI_FILES_CALIBRATE_H_
#define EXITBENCH_CLI_FILES_CALIBRATE_H_

#include <string>
#include <vector>

namespace exitbench {

// Prints the boot variance of each case. `args` are results files of several
// boots of one kernel. --out=FILE stores the result for diff. Returns the exit
// code: 0, or 2 if the files can't be read or used.
int CalibrateCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_CALIBRATE_H_
