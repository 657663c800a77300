// The commands, and which flags each takes.
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
  std::vector<absl::string_view> flags;  // In the order of its help.
  int (*run)(const std::vector<std::string>& arguments);
  // Exit code for a bad flag.
  int bad_usage = kExitUsage;
  // Not for users: help does not show it.
  bool internal = false;
};

const std::vector<Command>& Commands();

// Where a flag means less, or something else, to one command.
struct OwnHelp {
  absl::string_view command;
  absl::string_view flag;
  absl::string_view value;
  absl::string_view help;
};

absl::Span<const OwnHelp> OwnHelps();

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMANDS_H_
