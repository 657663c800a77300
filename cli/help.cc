#include "cli/help.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "harness/host/version.h"
#include "results/text/suggest.h"

namespace exitbench {
namespace {

constexpr absl::string_view kAbout = "what KVM exits cost on this host";

constexpr absl::string_view kExitCodesText =
    "0 done; 1 a case failed; 2 bad usage or file; 3 no usable KVM;\n"
    "128 and up: ended by a signal. diff: 1 something got worse; 3 not "
    "comparable;\n4 unsure, with --strict. bisect: 0 good; 1 bad; 125 "
    "inconclusive; 128 can't tell.\nexplain: 1 no model; 3 the profile is of "
    "another host.\nfleet: 1 a host stands out, or something got worse.\n"
    "model: 1 a VM ended, or could not be counted; 3 the costs are of another "
    "host.\n";

std::string Help(absl::Span<const Command> commands) {
  std::string text = absl::StrCat(
      "exitbench ", kVersion, ": ", kAbout,
      "\n\n"
      "usage: exitbench [COMMAND] [--flag=value...] [ARGUMENT...]\n\n");
  for (const Command& c : commands) {
    if (c.internal) continue;
    absl::StrAppendFormat(&text, "  %-24s %s\n",
                          absl::StrCat(c.name, " ", c.arguments), c.summary);
  }
  absl::StrAppend(
      &text,
      "\nWithout a command: run. `exitbench COMMAND --help` shows its flags.\n"
      "Exit codes: ",
      kExitCodesText);
  return text;
}

// Returns `text` as text of roff: no escape, no request, no hyphen.
std::string Roff(absl::string_view text) {
  std::string escaped =
      absl::StrReplaceAll(text, {{"\\", "\\e"}, {"-", "\\-"}});
  if (!escaped.empty() && (escaped[0] == '.' || escaped[0] == '\'')) {
    escaped.insert(0, "\\&");
  }
  return escaped;
}

}  // namespace

std::string CommandHelp(const Command& command) {
  std::string text = absl::StrCat(
      "exitbench ", command.name, command.arguments.empty() ? "" : " ",
      command.arguments, "\n", command.summary, "\n\n");
  for (const Flag& flag : FlagsOf(command)) {
    absl::StrAppend(&text, "  ", Spelling(flag), "\n      ", HelpOf(flag),
                    "\n");
  }
  return text;
}

std::string ManPage(absl::Span<const Command> commands) {
  std::string page = absl::StrCat(
      ".TH EXITBENCH 1 \"\" \"exitbench ", kVersion,
      "\" \"\"\n.SH NAME\nexitbench \\- ", kAbout,
      "\n.SH SYNOPSIS\n.B exitbench\n"
      "[\\fICOMMAND\\fR] [\\fB\\-\\-flag\\fR=\\fIvalue\\fR...] "
      "[\\fIARGUMENT\\fR...]\n.SH DESCRIPTION\n"
      "Without a command:\n.BR run .\nFILE is a results file. PART is a part "
      "such as 2% or 0.02, TIME a time such as 30s or 10m, SIZE a size such "
      "as 64m.\n.SH COMMANDS\n");
  for (const Command& c : commands) {
    if (c.internal) continue;
    absl::StrAppend(&page, ".SS ", c.name, " ", Roff(c.arguments), "\n",
                    Roff(c.summary), "\n");
    for (const Flag& flag : FlagsOf(c)) {
      absl::StrAppend(&page, ".TP\n.B ", Roff(ShortSpelling(flag)), "\n",
                      Roff(HelpOf(flag)), "\n");
    }
  }
  absl::StrAppend(&page, ".SH EXIT STATUS\n", Roff(kExitCodesText),
                  ".SH ENVIRONMENT\n.TP\n.B COLUMNS\nthe width of text, "
                  "instead of the terminal's\n.TP\n.B NO_COLOR\nno colour "
                  "unless \\-\\-color=always\n");
  return page;
}

absl::Status UnknownCommand(absl::Span<const Command> commands,
                            absl::string_view name) {
  std::vector<absl::string_view> names;
  for (const Command& command : commands) {
    if (!command.internal) names.push_back(command.name);
  }
  return absl::InvalidArgumentError(absl::StrCat("unknown command '", name, "'",
                                                 DidYouMean(name, names),
                                                 "; see exitbench --help"));
}

int HelpCommand(absl::Span<const Command> commands,
                const std::vector<std::string>& arguments) {
  if (arguments.empty()) return PrintResult(Help(commands), kExitOk);
  const Command* const command = FindCommand(commands, arguments[0]);
  if (command == nullptr) {
    return Fail(UnknownCommand(commands, arguments[0]), kExitUsage);
  }
  return PrintResult(CommandHelp(*command), kExitOk);
}

int ManCommand(absl::Span<const Command> commands,
               const std::vector<std::string>& arguments) {
  if (!arguments.empty()) {
    return Fail(absl::InvalidArgumentError(
                    absl::StrCat("man takes no arguments, got ", arguments[0])),
                kExitUsage);
  }
  return PrintResult(ManPage(commands), kExitOk);
}

}  // namespace exitbench
