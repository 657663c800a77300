#include "cli/commands.h"

#include "cli/completion.h"
#include "cli/doctor.h"
#include "cli/files/bisect.h"
#include "cli/files/calibrate.h"
#include "cli/files/decode.h"
#include "cli/files/diff.h"
#include "cli/files/explain.h"
#include "cli/files/export.h"
#include "cli/files/fleet.h"
#include "cli/files/merge.h"
#include "cli/files/profile.h"
#include "cli/files/report.h"
#include "cli/files/show.h"
#include "cli/help.h"
#include "cli/list.h"
#include "cli/live/model.h"
#include "cli/run/measure_case.h"
#include "cli/run/run.h"
#include "cli/run/run_flags.h"
#include "cli/run/session.h"

namespace exitbench {
const std::vector<Command>& Commands() {
  static const auto* commands = new std::vector<Command>{
      {"run", "", "run the selected cases, print a table, write a results file",
       RunFlags(), RunCommand},
      {"list",
       "",
       "list the cases and what they measure",
       {"cases", "check", "vm", "format", "kvm_device"},
       ListCommand},
      {"doctor",
       "",
       "what about this host makes figures unreliable, and how to fix it",
       {"format", "kvm_device"},
       DoctorCommand},
      {"show",
       "FILE...",
       "print results files",
       {"cases", "format"},
       ShowCommand},
      {"diff",
       "OLD NEW",
       "compare; a side is a file, or several joined by commas; three or more "
       "sides show where each case stepped",
       {"cases", "changed", "baseline", "history", "threshold", "alpha",
        "calibration", "strict", "force", "functions", "format", "color"},
       DiffCommand},
      {"report",
       "FILE...",
       "write a page about results files, for browsers: one, two compared, or "
       "many; profiles among them add functions",
       {"out", "cases", "baseline", "history", "threshold", "alpha",
        "calibration", "force"},
       ReportCommand},
      {"calibrate",
       "FILE...",
       "measure how much each case varies from boot to boot of one kernel",
       {"out"},
       CalibrateCommand},
      {"bisect",
       "",
       "measure a case and answer for `git bisect run`: like good or like bad?",
       {"case", "good", "bad", "metric", "dead_zone", "sessions", "rounds",
        "events", "timeout", "cpu", "emulator", "tick", "seccomp",
        "kvm_device"},
       [](const std::vector<std::string>& arguments) {
         return BisectCommand(arguments, MeasureCase);
       },
       kExitBroken},
      {"merge",
       "FILE...",
       "join results files of one host and kernel into one",
       {"out", "slim"},
       MergeCommand},
      {"export",
       "FILE",
       "print a results file or a profile in a format of other tools",
       {"cases", "format", "out"},
       ExportCommand},
      {"fleet",
       "FILE...",
       "how figures are spread over many hosts, which hosts stand out, and "
       "what "
       "another kernel changed on the same hosts; takes digests by --out too",
       {"cases", "host_name", "out", "threshold", "alpha", "format", "color"},
       FleetCommand},
      {"profile",
       "FILE...",
       "print profiles of emulated hosts: the functions that an event runs",
       {"cases", "tree", "top", "thunks", "format"},
       ProfileCommand},
      {"explain",
       "RESULTS PROFILE",
       "explain a host's cycles by what an emulated host of its kernel "
       "executed",
       {"cases", "top", "force", "format"},
       ExplainCommand},
      {"model",
       "FILE",
       "where a live VM's time goes: what it counts, times this host's costs",
       {"vm", "for", "what_if", "exit_reasons", "force", "format",
        "kvm_device"},
       ModelCommand},
      {"decode",
       "PATH",
       "make a profile of what an emulated host executed, for hosts/emuhost",
       {"symbols", "inlines", "results", "out"},
       DecodeCommand},
      {"help",
       "[COMMAND]",
       "show the commands, or the flags of one",
       {},
       [](const std::vector<std::string>& arguments) {
         return HelpCommand(Commands(), arguments);
       }},
      {"man",
       "",
       "print the man page, exitbench.1",
       {},
       [](const std::vector<std::string>& arguments) {
         return ManCommand(Commands(), arguments);
       }},
      {"completion",
       "bash|zsh|fish",
       "print a script that completes commands, flags, cases and files",
       {},
       CompletionCommand},
      {"complete",
       "",
       "",
       {},
       [](const std::vector<std::string>& words) {
         return CompleteCommand(Commands(), words);
       },
       kExitUsage,
       true},
      {"session",
       "",
       "",
       {"session_fd", "session_task"},
       SessionCommand,
       kExitUsage,
       true},
  };
  return *commands;
}

}  // namespace exitbench
