// The commands, and the flags that each takes.
#ifndef EXITBENCH_CLI_COMMANDS_H_
#define EXITBENCH_CLI_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/exit_codes.h"

namespace exitbench {

struct Command {
  absl::string_view name;
  absl::string_view arguments;
  absl::string_view summary;
  std::vector<absl::string_view> flags;  // In the order of the help.
  int (*run)(const std::vector<std::string>& arguments);
  int bad_usage = kExitUsage;  // Exit code for a bad flag.
  bool internal = false;       // Not for users: not in the help.
};

const std::vector<Command>& Commands();

// A command's own help for a flag that means something else to other commands.
struct OwnHelp {
  absl::string_view command;
  absl::string_view flag;
  absl::string_view value;
  absl::string_view help;
};

absl::Span<const OwnHelp> OwnHelps();

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMANDS_H_
