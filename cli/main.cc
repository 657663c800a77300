// exitbench measures what KVM exits cost on this host. This is its command
// line.
#include <signal.h>

#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/check.h"
#include "cli/commands.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/parse.h"
#include "harness/host/version.h"
#include "results/text/suggest.h"

namespace exitbench {
namespace {

std::string Help() {
  std::string text = absl::StrCat(
      "exitbench ", kVersion,
      ": what KVM exits cost on this host\n\n"
      "usage: exitbench [COMMAND] [--flag=value...] [ARGUMENT...]\n\n");
  for (const Command& c : Commands()) {
    if (c.internal) continue;
    absl::StrAppendFormat(&text, "  %-24s %s\n",
                          absl::StrCat(c.name, " ", c.arguments), c.summary);
  }
  absl::StrAppend(
      &text,
      "\nWithout a command: run. `exitbench COMMAND --help` shows its flags.\n"
      "Exit codes: 0 done; 1 a case failed; 2 bad usage or file; 3 no usable "
      "KVM;\n128 and up: ended by a signal. diff: 1 something got worse; 3 not "
      "comparable;\n4 unsure, with --strict. bisect: 0 good; 1 bad; 125 "
      "inconclusive; 128 can't tell.\n");
  return text;
}

std::string CommandHelp(const Command& command) {
  std::string text =
      absl::StrCat("exitbench ", command.name, " ", command.arguments, "\n",
                   command.summary, "\n\n");
  for (absl::string_view name : command.flags) {
    const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
    EB_CHECK(flag != nullptr);
    std::string value = flag->DefaultValue();
    std::string help = flag->Help();
    for (const OwnHelp& own : OwnHelps()) {
      if (own.command != command.name || own.flag != name) continue;
      value = std::string(own.value);
      help = std::string(own.help);
    }
    absl::StrAppend(&text, "  --", name, "=", value, "\n      ", help, "\n");
  }
  return text;
}

int Main(const std::vector<std::string>& argv) {
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
  if (name == "help") {
    if (words.empty()) return PrintResult(Help(), kExitOk);
    name = words[0];
    words = {"--help"};
  }
  for (const Command& command : Commands()) {
    if (command.name != name) continue;
    absl::StatusOr<ParsedLine> line = ParseLine(words, command.flags);
    if (!line.ok()) {
      PrintError(line.status());
      return command.bad_usage;
    }
    if (line->help) {
      return PrintResult(CommandHelp(command), kExitOk);
    }
    if (line->version) {
      return PrintResult(absl::StrCat("exitbench ", kVersion, "\n"), kExitOk);
    }
    return command.run(line->arguments);
  }
  std::vector<absl::string_view> names;
  for (const Command& command : Commands()) {
    if (!command.internal) names.push_back(command.name);
  }
  PrintError(absl::InvalidArgumentError(
      absl::StrCat("unknown command '", name, "'", DidYouMean(name, names),
                   "; see exitbench --help")));
  return kExitUsage;
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  // So write() returns an error at a limit on file sizes, as with a full disk.
  signal(SIGXFSZ, SIG_IGN);
  return exitbench::Main(std::vector<std::string>(argv, argv + argc));
}
