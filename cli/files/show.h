// exitbench show FILE...: prints results files.
#ifndef EXITBENCH_CLI_FILES_SHOW_H_
#define EXITBENCH_CLI_FILES_SHOW_H_

#include <string>
#include <vector>

#include "results/model/model.h"

namespace exitbench {

// Returns the exit code.
int ShowCommand(const std::vector<std::string>& files);

// Prints `results` to standard output as --format says.
int PrintResults(const Results& results);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_SHOW_H_
