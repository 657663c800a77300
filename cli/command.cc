#include "cli/command.h"

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"

namespace exitbench {
namespace {

struct FlagValue {
  absl::string_view flag;
  absl::string_view value;
};

constexpr FlagValue kValues[] = {
    {"alpha", "P"},
    {"backing", "anon|memfd|shmem|file|guest_memfd"},
    {"backing_dir", "PATH"},
    {"bad", "FILE"},
    {"baseline", "FILE"},
    {"budget", "TIME"},
    {"calibration", "PATH"},
    {"case", "CASE"},
    {"cases", "REGEX"},
    {"color", "auto|always|never"},
    {"cpu", "auto|none|N,M"},
    {"dead_zone", "PART"},
    {"emulator", "NAME"},
    {"events", "N"},
    {"exit_reasons", "auto|off"},
    {"format", "text|json|textproto"},
    {"good", "FILE"},
    {"guest_page", "4k|2m"},
    {"host_name", "EXPRESSION"},
    {"host_page", "4k|thp|hugetlb"},
    {"inlines", "PATH"},
    {"kvm_device", "PATH"},
    {"metric", "METRIC"},
    {"out", "FILE"},
    {"progress", "auto|always|never"},
    {"profile_seconds", "SECONDS"},
    {"reruns", "N"},
    {"results", "FILE"},
    {"rounds", "N"},
    {"seed", "N"},
    {"session_fd", "N"},
    {"session_task", "TASK"},
    {"sessions", "N"},
    {"symbols", "PATH"},
    {"threshold", "PART"},
    {"tick", "tsc|instruction"},
    {"timeout", "TIME"},
    {"top", "N"},
    {"vm", "KEY:VALUE,..."},
    {"for", "TIME"},
    {"what_if", "FILE|ioeventfd|halt_poll_ns:N,..."},
    {"working_set", "SIZE"},
};

// A flag that means something else to this command than to others.
struct OwnFlag {
  absl::string_view command;
  absl::string_view flag;
  absl::string_view value;
  absl::string_view default_value;
  absl::string_view help;
};

constexpr OwnFlag kOwnFlags[] = {
    {"list", "format", "text|json", "text", "text or json"},
    {"doctor", "format", "text|json", "text", "text or json"},
    {"diff", "format", "text|json", "text", "text or json"},
    {"profile", "format", "text|json", "text", "text or json"},
    {"explain", "format", "text|json", "text", "text or json"},
    {"explain", "top", "N", "20", "cases to print; 0 is all of them"},
    {"explain", "force", "", "",
     "explain by the profile of another kernel or host too"},
    {"export", "format",
     "json|csv|gbench|benchstat|openmetrics|ktap|junit|sqlite|pprof|speedscope|"
     "folded",
     "",
     "of results json, csv, gbench, benchstat, openmetrics (Prometheus), ktap, "
     "junit or sqlite (a script for sqlite3); of a profile pprof, speedscope "
     "or folded (stacks for flame graphs)"},
    {"export", "out", "PATH", "", "file to write; default standard output"},
    {"fleet", "format", "text|json", "text", "text or json"},
    {"fleet", "out", "FILE", "",
     "write a digest instead, which fleet takes as a file"},
    {"fleet", "threshold", "PART", "2%",
     "hosts and kernels that differ by less are not listed"},
    {"fleet", "alpha", "P", "0.05",
     "the chance that any host is listed though all are alike"},
    {"model", "vm", "PID|all", "",
     "the process that runs the VM, or all that can be seen"},
    {"model", "format", "text|json", "text", "text or json"},
    {"model", "force", "", "", "take the costs of another host too"},
    {"model", "exit_reasons", "auto|off", "auto",
     "count exits by reason too, in short windows, where the host lets us "
     "(auto), or only read statistics (off)"},
    {"merge", "out", "FILE", "", "file to write"},
    {"calibrate", "out", "PATH", "", "file to write"},
    {"decode", "out", "FILE", "", "file to write"},
    {"report", "out", "PATH", "", "page to write, for example report.html"},
};

Flag FlagOf(absl::string_view command, absl::string_view name) {
  for (const OwnFlag& own : kOwnFlags) {
    if (own.command == command && own.flag == name) {
      return {name, own.value, std::string(own.default_value),
              std::string(own.help)};
    }
  }
  const absl::CommandLineFlag* flag = absl::FindCommandLineFlag(name);
  EB_CHECK(flag != nullptr);
  Flag text{name, "", flag->DefaultValue(), flag->Help()};
  for (const FlagValue& v : kValues) {
    if (v.flag == name) text.value = v.value;
  }
  EB_CHECK(text.value.empty() == flag->IsOfType<bool>());
  return text;
}

}  // namespace

std::vector<Flag> FlagsOf(const Command& command) {
  std::vector<Flag> flags;
  for (absl::string_view name : command.flags) {
    flags.push_back(FlagOf(command.name, name));
  }
  return flags;
}

std::string Spelling(const Flag& flag) {
  if (!flag.value.empty()) {
    return absl::StrCat("--", flag.name, "=", flag.value);
  }
  return absl::StrCat(flag.default_value == "true" ? "--[no]" : "--",
                      flag.name);
}

std::string ShortSpelling(const Flag& flag) {
  constexpr size_t kMost = 70;
  std::string spelling = Spelling(flag);
  if (spelling.size() <= kMost) return spelling;
  return absl::StrCat("--", flag.name, "=", absl::AsciiStrToUpper(flag.name));
}

std::string HelpOf(const Flag& flag) {
  if (flag.default_value.empty() || flag.default_value == "false") {
    return flag.help;
  }
  return absl::StrCat(flag.help, "; default ", flag.default_value);
}

const Command* FindCommand(absl::Span<const Command> commands,
                           absl::string_view name) {
  for (const Command& command : commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

}  // namespace exitbench
