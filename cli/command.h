// What a command is, and the text of its flags. The help, the man page and the
// completion of shells are all made of this.
#ifndef EXITBENCH_CLI_COMMAND_H_
#define EXITBENCH_CLI_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/exit_codes.h"

namespace exitbench {

struct Command {
  absl::string_view name;
  absl::string_view arguments;  // As Flag::value, with "..." and brackets.
  absl::string_view summary;
  std::vector<absl::string_view> flags;  // In the order of the help.
  int (*run)(const std::vector<std::string>& arguments);
  int bad_usage = kExitUsage;  // Exit code for a bad flag.
  bool internal = false;       // Not for users: not in the help.
};

// A flag as one command takes it.
struct Flag {
  absl::string_view name;
  // What to give, empty for a boolean. FILE is a results file, PATH any file,
  // REGEX what selects cases, CASE a case, COMMAND a command. Words joined by
  // '|' are the values allowed. Those in capitals stand for something.
  absl::string_view value;
  std::string default_value;
  std::string help;
};

// Returns the flags that `command` takes.
std::vector<Flag> FlagsOf(const Command& command);

// Returns how to give `flag`: "--out=FILE", "--quick", "--[no]seccomp".
std::string Spelling(const Flag& flag);

// Returns the same, or "--format=FORMAT" if it has too many values for a line
// of the man page. The help of such a flag names them all.
std::string ShortSpelling(const Flag& flag);

// Returns the help and what the default is, unless it is empty or false.
std::string HelpOf(const Flag& flag);

// Returns the command of that name, or null.
const Command* FindCommand(absl::Span<const Command> commands,
                           absl::string_view name);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_COMMAND_H_
