// The decode subcommand, for hosts/emuhost.
#ifndef EXITBENCH_CLI_FILES_DECODE_H_
#define EXITBENCH_CLI_FILES_DECODE_H_

#include <string>
#include <vector>

namespace exitbench {

// Makes a profile file, --out=FILE, of a trace, `args`, with the kernel's
// --symbols=FILE and the --results=FILE of the run that was traced. With an
// --inlines=FILE functions that are inlined are told apart. Returns the exit
// code: 0, or 2.
int DecodeCommand(const std::vector<std::string>& args);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_FILES_DECODE_H_
