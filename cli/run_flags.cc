#include "cli/run_flags.h"

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "cases/catalogue/knobs.h"
#include "cli/common_flags.h"
#include "harness/session/cpu_choice.h"
#include "vmm/cpus.h"

ABSL_FLAG(uint32_t, sessions, 3, "fresh processes");
ABSL_FLAG(uint32_t, rounds, 5, "rounds of all cases in each session");
ABSL_FLAG(uint32_t, exits, 10000, "events per run");
ABSL_FLAG(bool, quick, false,
          "one short session, for a look; too short to carry a verdict");
ABSL_FLAG(absl::Duration, timeout, absl::Seconds(10),
          "time limit per guest run");
ABSL_FLAG(absl::Duration, budget, absl::ZeroDuration(),
          "fit the run into this time, by fewer exits first; 0: no budget");
ABSL_FLAG(bool, append, false,
          "add sessions to --out, a file of this host and kernel");
ABSL_FLAG(bool, linearity, false,
          "also run a quarter and half of the events: does the cost of one "
          "depend on how many there are?");
ABSL_FLAG(bool, native, false,
          "also run what needs no VM natively in our own process, and report "
          "how many times as long the guest takes (gnr)");
ABSL_FLAG(bool, strict_expectations, false,
          "a case that exits otherwise than expected on this host is FAILED, "
          "not only marked: for a host whose kind is known");
ABSL_FLAG(std::string, guest_page, "",
          "page size that guests map case memory with, in cases that obey: 4k "
          "or 2m; part of their names then");
ABSL_FLAG(std::string, host_page, "",
          "what backs case memory, in cases that obey: 4k, thp or hugetlb");
ABSL_FLAG(std::string, working_set, "",
          "case memory, in cases that obey: a multiple of 2m, such as 64m");
ABSL_FLAG(uint32_t, reruns, 2,
          "of a disturbed run, at most; all are kept; none with --quick");
ABSL_FLAG(std::string, seed, "", "order of cases; a number; default: random");
ABSL_FLAG(std::string, cpu, "auto",
          "where vCPU threads are pinned: auto, N, N,M or none");
ABSL_FLAG(std::string, emulator, "",
          "name of the emulator that this host runs in, for the record");
ABSL_FLAG(std::string, tick, "tsc",
          "what a TSC tick is: tsc, or instruction on a counted emulator");
ABSL_FLAG(std::string, progress, "auto",
          "auto (on a terminal), always or never");
ABSL_FLAG(bool, seccomp, true,
          "sessions allow themselves only the system calls that a run needs");
// Of a session process, given by its parent only.
ABSL_FLAG(int32_t, session_fd, -1, "internal");
ABSL_FLAG(uint32_t, session_index, 0, "internal");
ABSL_FLAG(uint32_t, session_round, 0, "internal");
ABSL_FLAG(std::string, session_after, "", "internal");
ABSL_FLAG(std::string, session_without, "", "internal");

namespace exitbench {
namespace {

constexpr uint32_t kQuickExits = 1000;
constexpr uint32_t kMostExits = 100'000'000;
constexpr uint32_t kMostRounds = 10000;
constexpr uint32_t kMostReruns = 2;

absl::StatusOr<std::vector<int>> ParseCpus(const std::string& text) {
  if (text == "none") return std::vector<int>();
  EB_ASSIGN_OR_RETURN(const CpuSet allowed, CpuSet::OfThisThread());
  if (text == "auto") return ChooseCpus(ReadCpuPlaces(allowed.Numbers()));
  std::vector<int> cpus;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    int cpu = -1;
    if (!absl::SimpleAtoi(part, &cpu) || !allowed.Has(cpu)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cpu=", text,
                       ": give auto, none, or numbers of CPUs that this "
                       "process may run on"));
    }
    cpus.push_back(cpu);
  }
  return cpus;
}

}  // namespace

absl::StatusOr<RunConfig> ConfigFromFlags() {
  RunConfig config;
  config.sessions = absl::GetFlag(FLAGS_sessions);
  config.rounds = absl::GetFlag(FLAGS_rounds);
  config.exits = absl::GetFlag(FLAGS_exits);
  config.quick = absl::GetFlag(FLAGS_quick);
  if (config.quick) {
    config.sessions = 1;
    config.rounds = 1;
    config.exits = std::min(config.exits, kQuickExits);
  }
  if (config.sessions == 0 || config.sessions > kMostRounds) {
    return absl::InvalidArgumentError("--sessions is to be 1 to 10000");
  }
  if (config.rounds == 0 || config.rounds > kMostRounds) {
    return absl::InvalidArgumentError("--rounds is to be 1 to 10000");
  }
  if (config.exits < 10 || config.exits > kMostExits) {
    return absl::InvalidArgumentError("--exits is to be 10 to 100000000");
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
  EB_ASSIGN_OR_RETURN(config.cpus, ParseCpus(absl::GetFlag(FLAGS_cpu)));
  config.emulator = absl::GetFlag(FLAGS_emulator);
  const std::string tick = absl::GetFlag(FLAGS_tick);
  if (tick != "tsc" && tick != "instruction") {
    return absl::InvalidArgumentError(
        absl::StrCat("--tick=", tick, ": give tsc or instruction"));
  }
  config.tick = tick == "tsc" ? Tick::kTsc : Tick::kInstruction;
  config.kvm_device = absl::GetFlag(FLAGS_kvm_device);
  config.seccomp = absl::GetFlag(FLAGS_seccomp);
  config.linearity = absl::GetFlag(FLAGS_linearity);
  config.native = absl::GetFlag(FLAGS_native);
  config.strict_expectations = absl::GetFlag(FLAGS_strict_expectations);
  // A look is to be quick; it carries no verdict, disturbed or not.
  config.reruns =
      config.quick ? 0 : std::min(absl::GetFlag(FLAGS_reruns), kMostReruns);
  const absl::Duration budget = absl::GetFlag(FLAGS_budget);
  if (budget < absl::ZeroDuration()) {
    return absl::InvalidArgumentError("--budget is to be a positive time: 30s");
  }
  if (absl::GetFlag(FLAGS_append) &&
      (absl::GetFlag(FLAGS_out).empty() || absl::GetFlag(FLAGS_out) == "-")) {
    return absl::InvalidArgumentError("--append wants --out=FILE to add to");
  }
  return config;
}

absl::Status TurnKnobs(RunConfig& config, std::vector<CaseInstance>& cases) {
  const std::string guest_page = absl::GetFlag(FLAGS_guest_page);
  const std::string host_page = absl::GetFlag(FLAGS_host_page);
  const std::string working_set = absl::GetFlag(FLAGS_working_set);
  EB_ASSIGN_OR_RETURN(const Knobs knobs,
                      ParseKnobs(guest_page, host_page, working_set));
  uint32_t obeyed = 0;
  for (const CaseInstance& c : cases) obeyed |= c.row->knobs;
  const struct {
    bool set;
    uint32_t bit;
    const char* flag;
  } flags[] = {{!guest_page.empty(), kKnobGuestPage, "guest_page"},
               {!host_page.empty(), kKnobHostPage, "host_page"},
               {!working_set.empty(), kKnobWorkingSet, "working_set"}};
  for (const auto& flag : flags) {
    if (!flag.set || (obeyed & flag.bit)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "--", flag.flag,
        " changes none of the selected cases; mem/hot is one that obeys"));
  }
  config.knobs = KnobFacts(knobs);
  if (config.native) config.knobs.push_back({"native", "true"});
  cases = WithKnobs(std::move(cases), knobs);
  return absl::OkStatus();
}

}  // namespace exitbench
