// The calibrate subcommand.
#ifndef EXITBENCH_CLI_FILES_CALIBRATE_H_
#define EXITBENCH_CLI_FILES_CALIBRATE_H_

#include <string>
#include <vector>

namespace exitbench {

// `args`: results files of several boots of one kernel. Prints how much each
// case varies from boot to boot; --out=FILE stores it for diff. Returns the
// exit code: 0, or 2 where the files can't be read or don't serve.
int CalibrateCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_CALIBRATE_H_
