// The report subcommand.
#ifndef EXITBENCH_CLI_FILES_REPORT_H_
#define EXITBENCH_CLI_FILES_REPORT_H_

#include <string>
#include <vector>

namespace exitbench {

// Writes a page about results files, `args`, to --out: each is a side, as of
// DiffCommand(), or a profile of one of them. Returns the exit code: 0, 2 bad
// usage or a file that can't be read or written, 3 not comparable.
int ReportCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_REPORT_H_
