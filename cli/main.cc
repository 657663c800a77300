// exitbench: what does this exit cost, on this kernel, on this machine?
#include <signal.h>

#include <string>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "cli/bisect.h"
#include "cli/calibrate.h"
#include "cli/common_flags.h"
#include "cli/diff.h"
#include "cli/doctor.h"
#include "cli/exit_codes.h"
#include "cli/export.h"
#include "cli/list.h"
#include "cli/measure_case.h"
#include "cli/merge.h"
#include "cli/parse.h"
#include "cli/run.h"
#include "cli/show.h"
#include "harness/host/version.h"

namespace exitbench {
namespace {

struct Command {
  absl::string_view name;
  absl::string_view arguments;
  absl::string_view summary;
  std::vector<absl::string_view> flags;
  // Of a flag that help does not show.
  std::vector<absl::string_view> internal_flags;
  int (*run)(const std::vector<std::string>& arguments,
             const std::vector<std::string>& argv);
  // Exit code for a bad flag.
  int bad_usage = kExitUsage;
};

const std::vector<Command>& Commands() {
  static const auto* commands = new std::vector<Command>{
      {"run",
       "",
       "run the selected cases, print a table, write a results file",
       {"cases",
        "out",
        "sessions",
        "rounds",
        "exits",
        "quick",
        "timeout",
        "budget",
        "append",
        "linearity",
        "reruns",
        "native",
        "strict_expectations",
        "guest_page",
        "host_page",
        "working_set",
        "seed",
        "cpu",
        "format",
        "progress",
        "emulator",
        "tick",
        "kvm_device",
        "seccomp"},
       {"session_fd", "session_index", "session_round", "session_after",
        "session_without"},
       RunCommand},
      {"list",
       "",
       "the cases and what they measure",
       {"cases", "check", "format", "kvm_device"},
       {},
       [](const auto& arguments, const auto&) {
         return ListCommand(arguments);
       }},
      {"doctor",
       "",
       "what about this host makes numbers unreliable, and what would mend it",
       {"format", "kvm_device"},
       {},
       [](const auto& arguments, const auto&) {
         return DoctorCommand(arguments);
       }},
      {"show",
       "FILE...",
       "print results files",
       {"format"},
       {},
       [](const auto& arguments, const auto&) {
         return ShowCommand(arguments);
       }},
      {"diff",
       "OLD NEW",
       "compare; a side is a file, or several joined by commas; more sides "
       "than two show where each case stepped",
       {"cases", "changed", "threshold", "alpha", "calibration", "strict",
        "force", "format", "color"},
       {},
       [](const auto& arguments, const auto&) {
         return DiffCommand(arguments);
       }},
      {"calibrate",
       "FILE...",
       "how much each case varies from boot to boot of one kernel",
       {"out"},
       {},
       [](const auto& arguments, const auto&) {
         return CalibrateCommand(arguments);
       }},
      {"bisect",
       "",
       "measure a case and answer for `git bisect run`: like good or like bad?",
       {"case", "good", "bad", "metric", "dead_zone", "sessions", "rounds",
        "exits", "timeout", "cpu", "emulator", "tick", "seccomp", "kvm_device"},
       {},
       [](const auto& arguments, const auto&) {
         return BisectCommand(arguments, MeasureCase);
       },
       kExitBroken},
      {"merge",
       "FILE...",
       "join results files of one host and kernel into one",
       {"out", "slim"},
       {},
       [](const auto& arguments, const auto&) {
         return MergeCommand(arguments);
       }},
      {"export",
       "FILE",
       "print a results file as json, csv, gbench or benchstat",
       {"format", "out"},
       {},
       [](const auto& arguments, const auto&) {
         return ExportCommand(arguments);
       }},
  };
  return *commands;
}

// Where a flag means less, or something else, to one command.
struct OwnHelp {
  absl::string_view command;
  absl::string_view flag;
  absl::string_view value;
  absl::string_view help;
};
constexpr OwnHelp kOwnHelp[] = {
    {"list", "format", "text", "text or json"},
    {"doctor", "format", "text", "text or json"},
    {"diff", "format", "text", "text or json"},
    {"export", "format", "", "json, csv, gbench or benchstat"},
    {"export", "out", "", "file to write; default standard output"},
    {"merge", "out", "", "file to write"},
    {"calibrate", "out", "", "file to write"},
};

std::string Help() {
  std::string text = absl::StrCat(
      "exitbench ", kVersion,
      ": what KVM exits cost on this host\n\n"
      "usage: exitbench [COMMAND] [--flag=value...] [ARGUMENT...]\n\n");
  for (const Command& c : Commands()) {
    absl::StrAppendFormat(&text, "  %-24s %s\n",
                          absl::StrCat(c.name, " ", c.arguments), c.summary);
  }
  absl::StrAppend(
      &text,
      "\nWithout a command: run. `exitbench COMMAND --help` shows its flags.\n"
      "Exit codes: 0 all well; 1 a case failed; 2 bad usage or file; 3 no "
      "usable KVM;\n128 and up: ended by a signal. diff: 1 something got "
      "worse; "
      "3 not comparable;\n4 open, with --strict. bisect: 0 good; 1 bad; 125 "
      "inconclusive; 128 broken.\n");
  return text;
}

std::string CommandHelp(const Command& command) {
  std::string text =
      absl::StrCat("exitbench ", command.name, " ", command.arguments, "\n",
                   command.summary, "\n\n");
  for (absl::string_view name : command.flags) {
    const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
    if (flag == nullptr) continue;
    std::string value = flag->DefaultValue();
    std::string help = flag->Help();
    for (const OwnHelp& own : kOwnHelp) {
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
    return PrintResult(Help(), kExitOk);
  }
  if (name == "help") {
    return PrintResult(Help(), kExitOk);
  }
  for (const Command& command : Commands()) {
    if (command.name != name) continue;
    std::vector<absl::string_view> allowed = command.flags;
    allowed.insert(allowed.end(), command.internal_flags.begin(),
                   command.internal_flags.end());
    absl::StatusOr<ParsedLine> line = ParseLine(words, allowed);
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
    return command.run(line->arguments, argv);
  }
  PrintError(absl::InvalidArgumentError(
      absl::StrCat("unknown command '", name, "'; see exitbench --help")));
  return kExitUsage;
}

}  // namespace
}  // namespace exitbench

int main(int argc, char** argv) {
  // A limit on file sizes is then an error of write(), as a full disk is.
  signal(SIGXFSZ, SIG_IGN);
  return exitbench::Main(std::vector<std::string>(argv, argv + argc));
}
