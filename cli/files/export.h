// The export subcommand.
#ifndef EXITBENCH_CLI_FILES_EXPORT_H_
#define EXITBENCH_CLI_FILES_EXPORT_H_

#include <string>
#include <vector>

namespace exitbench {

// Converts one results file, `args`, to --format=json|csv|gbench|benchstat, or
// a profile to --format=pprof|speedscope|folded. Writes to standard output or
// --out=FILE. Returns the exit code: 0, or 2.
int ExportCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_EXPORT_H_
