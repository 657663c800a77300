// exitbench help and exitbench man: the commands and flags, as text and as a
// man page.
#ifndef EXITBENCH_CLI_HELP_H_
#define EXITBENCH_CLI_HELP_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"

namespace exitbench {

// Returns the help of one command.
std::string CommandHelp(const Command& command);

// Returns exitbench.1 in roff.
std::string ManPage(absl::Span<const Command> commands);

// Returns what to say of a command that is not there.
absl::Status UnknownCommand(absl::Span<const Command> commands,
                            absl::string_view name);

// These return the exit code.
int HelpCommand(absl::Span<const Command> commands,
                const std::vector<std::string>& arguments);
int ManCommand(absl::Span<const Command> commands,
               const std::vector<std::string>& arguments);

}  // namespace exitbench

#endif  // EXITBENCH_CLI_HELP_H_
