// The export subcommand.
#ifndef EXITBENCH_CLI_FILES_EXPORT_H_
#define EXITBENCH_CLI_FILES_EXPORT_H_

#include <string>
#include <vector>

namespace exitbench {

// `args`: one results file; --format=json|csv|gbench|benchstat. To standard
// output, or to --out=FILE. Returns the exit code: 0, or 2.
int ExportCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_EXPORT_H_
