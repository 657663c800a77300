#include "cli/run/run_flags.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <random>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/marshalling.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "cli/common_flags.h"
#include "harness/plan/cpu_choice.h"

namespace exitbench {

// The value of a flag, and whether the command line gave it. What is asked for
// is done without the default budget, even if it is the default.
template <typename Value>
struct MaybeGiven {
  Value value;
  bool given = false;
};

template <typename Value>
bool AbslParseFlag(absl::string_view text, MaybeGiven<Value>* flag,
                   std::string* error) {
  flag->given = true;
  return absl::ParseFlag(text, &flag->value, error);
}

using MaybeNumber = MaybeGiven<uint32_t>;
using MaybeDuration = MaybeGiven<absl::Duration>;

std::string AbslUnparseFlag(const MaybeNumber& flag) {
  return absl::StrCat(flag.value);
}
std::string AbslUnparseFlag(const MaybeDuration& flag) {
  return absl::FormatDuration(flag.value);
}

}  // namespace exitbench

ABSL_FLAG(exitbench::MaybeNumber, sessions, {3},
          "sessions; each is a fresh process");
ABSL_FLAG(exitbench::MaybeNumber, rounds, {5},
          "rounds of all cases in each session");
ABSL_FLAG(exitbench::MaybeNumber, events, {10000},
          "events per run; --exits is the old name");
ABSL_FLAG(bool, full, false,
          "15 runs of 10000 events for each case, however long they take");
ABSL_FLAG(bool, quick, false,
          "one short session, for a look; too short to show a change");
ABSL_FLAG(absl::Duration, timeout, absl::Seconds(10),
          "time limit per guest run");
ABSL_FLAG(exitbench::MaybeDuration, budget, {exitbench::kDefaultBudget},
          "fit into this time, by fewer events first; 0: no budget, as with "
          "--full, --quick, --sessions, --rounds or --events alone");
ABSL_FLAG(bool, append, false,
          "add sessions to --out, a file of this host and kernel");
ABSL_FLAG(bool, linearity, false,
          "also run a quarter and half of the events, to show whether the cost "
          "of one depends on their number");
ABSL_FLAG(bool, native, false,
          "also run what needs no VM natively in our own process, and report "
          "how many times as long the guest takes (gnr)");
ABSL_FLAG(bool, profile, false,
          "after all timed runs, run each case once more and sample the "
          "kernel's functions; writes X.profile.pb next to X.pb");
ABSL_FLAG(double, profile_seconds, 2,
          "how long --profile samples each case; less if all cases would take "
          "more than a quarter of the budget");
ABSL_FLAG(std::string, exit_reasons, "auto",
          "after all timed runs, count exits by reason where the host lets us "
          "and the proof lacks them (auto), or don't (off)");
ABSL_FLAG(bool, strict_expectations, false,
          "a case that exits otherwise than expected on this host is FAILED, "
          "not only marked: for a host whose kind is known");
ABSL_FLAG(
    std::string, guest_page, "",
    "memory parameter: page size of the guest's tables for case memory, 4k "
    "or 2m; becomes part of the names of cases that use it");
ABSL_FLAG(std::string, host_page, "",
          "memory parameter: what backs case memory, 4k, thp or hugetlb");
ABSL_FLAG(std::string, backing, "",
          "memory parameter: where the host's pages behind case memory are "
          "from: anon, memfd, shmem, file or guest_memfd");
ABSL_FLAG(std::string, backing_dir, "",
          "folder for the unnamed temporary file of --backing=file; default "
          "$TMPDIR, or /tmp");
ABSL_FLAG(std::string, working_set, "",
          "memory parameter: how much case memory, a multiple of 2m");
ABSL_FLAG(
    uint32_t, reruns, 2,
    "most repetitions of a disturbed run; all are kept; none with --quick");
ABSL_FLAG(std::string, seed, "", "order of cases; a number; default: random");
ABSL_FLAG(std::string, cpu, "auto",
          "where vCPU threads are pinned: auto, N, N,M or none");
ABSL_FLAG(std::string, emulator, "",
          "name of the emulator that this host runs in, for the record");
ABSL_FLAG(std::string, tick, "tsc",
          "what a TSC tick is: tsc, or instruction on an emulator that counts "
          "instructions");
ABSL_FLAG(bool, trace_marks, false,
          "for hosts/emuhost --profile: mark where the events of each case "
          "begin and end, for an emulator that traces; with "
          "--tick=instruction only");
ABSL_FLAG(std::string, progress, "auto",
          "auto (on a terminal), always or never");
ABSL_FLAG(bool, seccomp, true,
          "sessions allow themselves only the system calls that a run needs");

namespace exitbench {
namespace {

constexpr absl::string_view kRunFlags[] = {
    "cases",        "out",
    "sessions",     "rounds",
    "events",       "quick",
    "full",         "timeout",
    "budget",       "append",
    "linearity",    "reruns",
    "native",       "strict_expectations",
    "profile",      "profile_seconds",
    "guest_page",   "host_page",
    "working_set",  "backing",
    "backing_dir",  "seed",
    "cpu",          "format",
    "progress",     "emulator",
    "tick",         "trace_marks",
    "kvm_device",   "seccomp",
    "exit_reasons", "vm",
};

constexpr uint32_t kQuickEvents = 1000;
constexpr uint32_t kMostEvents = 100'000'000;
constexpr uint32_t kMostRounds = 10000;
constexpr uint32_t kMostReruns = 2;

// Returns how long each case is to be profiled.
absl::StatusOr<absl::Duration> ProfileTimeFromFlags() {
  if (!absl::GetFlag(FLAGS_profile)) return absl::ZeroDuration();
  const double seconds = absl::GetFlag(FLAGS_profile_seconds);
  if (!(seconds >= 0.05 && seconds <= 3600)) {
    return absl::InvalidArgumentError(
        "--profile_seconds is to be 0.05 to 3600");
  }
  if (absl::GetFlag(FLAGS_out) == "-") {
    return absl::InvalidArgumentError(
        "--profile wants --out=FILE: it writes a second file next to it");
  }
  if (absl::GetFlag(FLAGS_tick) == "instruction") {
    return absl::InvalidArgumentError(
        "--profile samples real time: an emulator that counts instructions "
        "has traces instead");
  }
  return absl::Seconds(seconds);
}

// Returns the folder for the file of --backing=file, or nothing.
absl::StatusOr<std::string> BackingDirFromFlags() {
  const std::string dir = absl::GetFlag(FLAGS_backing_dir);
  if (absl::GetFlag(FLAGS_backing) == "file") {
    if (!dir.empty()) return dir;
    const char* temporary = std::getenv("TMPDIR");
    const bool is_set = temporary != nullptr && temporary[0] != '\0';
    return std::string(is_set ? temporary : "/tmp");
  }
  if (dir.empty()) return dir;
  return absl::InvalidArgumentError(
      absl::StrCat("--backing_dir=", dir, " is for --backing=file"));
}

}  // namespace

std::vector<absl::string_view> RunFlags() {
  return {std::begin(kRunFlags), std::end(kRunFlags)};
}

absl::StatusOr<RunConfig> ConfigFromFlags() {
  RunConfig config;
  config.cases = absl::GetFlag(FLAGS_cases);
  config.guest_page = absl::GetFlag(FLAGS_guest_page);
  config.host_page = absl::GetFlag(FLAGS_host_page);
  config.working_set = absl::GetFlag(FLAGS_working_set);
  config.vm = absl::GetFlag(FLAGS_vm);
  config.backing = absl::GetFlag(FLAGS_backing);
  EB_ASSIGN_OR_RETURN(config.backing_dir, BackingDirFromFlags());
  config.sessions = absl::GetFlag(FLAGS_sessions).value;
  config.rounds = absl::GetFlag(FLAGS_rounds).value;
  config.exits = absl::GetFlag(FLAGS_events).value;
  config.quick = absl::GetFlag(FLAGS_quick);
  if (config.quick) {
    config.sessions = 1;
    config.rounds = 1;
    config.exits = std::min(config.exits, kQuickEvents);
  }
  if (config.sessions == 0 || config.sessions > kMostRounds) {
    return absl::InvalidArgumentError("--sessions is to be 1 to 10000");
  }
  if (config.rounds == 0 || config.rounds > kMostRounds) {
    return absl::InvalidArgumentError("--rounds is to be 1 to 10000");
  }
  if (config.exits < 10 || config.exits > kMostEvents) {
    return absl::InvalidArgumentError("--events is to be 10 to 100000000");
  }
  config.time_limit = absl::GetFlag(FLAGS_timeout);
  if (config.time_limit < absl::Milliseconds(10) ||
      config.time_limit > absl::Hours(24)) {
    return absl::InvalidArgumentError("--timeout is to be 10ms to 24h");
  }
  const std::string seed = absl::GetFlag(FLAGS_seed);
  if (seed.empty()) {
    config.seed = std::random_device()();
  } else if (!absl::SimpleAtoi(seed, &config.seed)) {
    return absl::InvalidArgumentError(
        absl::StrCat("--seed=", seed, " is no number of 32 bits"));
  }
  config.cpu = absl::GetFlag(FLAGS_cpu);
  EB_ASSIGN_OR_RETURN(config.cpus, ParseCpus(config.cpu));
  config.emulator = absl::GetFlag(FLAGS_emulator);
  const std::string tick = absl::GetFlag(FLAGS_tick);
  if (tick != "tsc" && tick != "instruction") {
    return absl::InvalidArgumentError(
        absl::StrCat("--tick=", tick, ": give tsc or instruction"));
  }
  config.tick = tick == "tsc" ? Tick::kTsc : Tick::kInstruction;
  config.trace_marks = absl::GetFlag(FLAGS_trace_marks);
  if (config.trace_marks && config.tick != Tick::kInstruction) {
    return absl::InvalidArgumentError(
        "--trace_marks wants --tick=instruction: it is for emulated hosts");
  }
  config.kvm_device = absl::GetFlag(FLAGS_kvm_device);
  config.seccomp = absl::GetFlag(FLAGS_seccomp);
  config.linearity = absl::GetFlag(FLAGS_linearity);
  config.native = absl::GetFlag(FLAGS_native);
  config.strict_expectations = absl::GetFlag(FLAGS_strict_expectations);
  const std::string exit_reasons = absl::GetFlag(FLAGS_exit_reasons);
  if (exit_reasons != "auto" && exit_reasons != "off") {
    return absl::InvalidArgumentError(
        absl::StrCat("--exit_reasons=", exit_reasons, ": give auto or off"));
  }
  config.exit_reasons = exit_reasons == "auto";
  // A --quick session shows no change anyway, disturbed or not.
  config.reruns =
      config.quick ? 0 : std::min(absl::GetFlag(FLAGS_reruns), kMostReruns);
  EB_ASSIGN_OR_RETURN(config.profile_time, ProfileTimeFromFlags());
  EB_RETURN_IF_ERROR(TimePlanFromFlags().status());
  if (absl::GetFlag(FLAGS_append) &&
      (absl::GetFlag(FLAGS_out).empty() || absl::GetFlag(FLAGS_out) == "-")) {
    return absl::InvalidArgumentError("--append wants --out=FILE to add to");
  }
  return config;
}

absl::StatusOr<TimePlan> TimePlanFromFlags() {
  const MaybeDuration asked = absl::GetFlag(FLAGS_budget);
  const bool full = absl::GetFlag(FLAGS_full);
  const bool quick = absl::GetFlag(FLAGS_quick);
  if (full && quick) {
    return absl::InvalidArgumentError("--full and --quick: give one of them");
  }
  if (asked.value < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("--budget is to be a positive time: 30s");
  }
  TimePlan plan;
  if (asked.given) {
    plan.budget = asked.value;
  } else if (!full && !quick && !absl::GetFlag(FLAGS_sessions).given &&
             !absl::GetFlag(FLAGS_rounds).given &&
             !absl::GetFlag(FLAGS_events).given &&
             absl::GetFlag(FLAGS_tick) != "instruction") {
    plan.budget = asked.value;
    plan.is_default = true;
  }
  plan.pilots = full || plan.budget > absl::ZeroDuration();
  return plan;
}

}  // namespace exitbench
