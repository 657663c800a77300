#include "cli/dispatch.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/help.h"
#include "cli/parse.h"
#include "harness/host/version.h"

namespace exitbench {

int Dispatch(const std::vector<std::string>& argv) {
  std::vector<std::string> words(argv.begin() + (argv.empty() ? 0 : 1),
                                 argv.end());
  std::string name = "run";
  if (!words.empty() && !absl::StartsWith(words[0], "-")) {
    name = words[0];
    words.erase(words.begin());
  } else if (!words.empty() && (words[0] == "--help" || words[0] == "-h")) {
    name = "help";
    words.erase(words.begin());
  }
  const Command* const command = FindCommand(Commands(), name);
  if (command == nullptr) {
    return Fail(UnknownCommand(Commands(), name), kExitUsage);
  }
  absl::StatusOr<ParsedLine> line = ParseLine(words, command->flags);
  if (!line.ok()) return Fail(line.status(), command->bad_usage);
  if (line->help) return PrintResult(CommandHelp(*command), kExitOk);
  if (line->version) {
    return PrintResult(absl::StrCat("exitbench ", kVersion, "\n"), kExitOk);
  }
  return command->run(line->arguments);
}

}  // namespace exitbench
