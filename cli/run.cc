#include "cli/run.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "cases/catalogue.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/show.h"
#include "harness/orchestrator.h"
#include "harness/run_config.h"
#include "harness/session.h"
#include "results/file.h"
#include "results/names.h"
#include "results/report.h"
#include "vmm/kvm.h"

ABSL_FLAG(
    std::string, out, "",
    "results file; '-' is standard output; default "
    "exitbench-<kernel>-<backend>-<UTC time>.pb in the working directory");
ABSL_FLAG(uint32_t, sessions, 3, "fresh processes");
ABSL_FLAG(uint32_t, rounds, 5, "rounds of all cases in each session");
ABSL_FLAG(uint32_t, exits, 10000, "events per run");
ABSL_FLAG(bool, quick, false,
          "one short session, for a look; too short to carry a verdict");
ABSL_FLAG(absl::Duration, timeout, absl::Seconds(10),
          "time limit per guest run");
ABSL_FLAG(std::string, seed, "", "order of cases; a number; default: random");
ABSL_FLAG(std::string, cpu, "auto",
          "where vCPU threads are pinned: auto, N, N,M or none");
ABSL_FLAG(std::string, emulator, "",
          "name of the emulator that this host runs in, for the record");
ABSL_FLAG(std::string, tick, "tsc",
          "what a TSC tick is: tsc, or instruction on a counted emulator");
ABSL_FLAG(std::string, progress, "auto",
          "auto (on a terminal), always or never");
// Of a session process, given by its parent only.
ABSL_FLAG(int32_t, session_fd, -1, "internal");
ABSL_FLAG(uint32_t, session_index, 0, "internal");
ABSL_FLAG(std::string, session_without, "", "internal");

namespace exitbench {
namespace {

constexpr uint32_t kQuickExits = 1000;
constexpr uint32_t kMostExits = 100'000'000;
constexpr uint32_t kMostRounds = 10000;

absl::StatusOr<std::vector<int>> ParseCpus(const std::string& text) {
  if (text == "none") return std::vector<int>();
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof(allowed), &allowed);
  std::vector<int> cpus;
  if (text == "auto") {
    // The last ones first: CPU 0 has most of the host's interrupts.
    for (int i = CPU_SETSIZE - 1; i >= 0; --i) {
      if (CPU_ISSET(i, &allowed)) cpus.push_back(i);
    }
    return cpus;
  }
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    int cpu = -1;
    if (!absl::SimpleAtoi(part, &cpu) || cpu < 0 || cpu >= CPU_SETSIZE ||
        !CPU_ISSET(cpu, &allowed)) {
      return absl::InvalidArgumentError(
          absl::StrCat("--cpu=", text,
                       ": give auto, none, or numbers of CPUs that this "
                       "process may run on"));
    }
    cpus.push_back(cpu);
  }
  return cpus;
}

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
  return config;
}

std::string DefaultPath(const Results& results) {
  return absl::StrCat(
      "exitbench-", results.host.kernel_release, "-", results.host.kvm_backend,
      "-", absl::FormatTime("%Y%m%dT%H%M%SZ", absl::Now(), absl::UTCTimeZone()),
      ".pb");
}

// Shows where the run is: one line, rewritten.
class ProgressLine {
 public:
  explicit ProgressLine(bool on) : on_(on), started_(absl::Now()) {}

  void Show(const Progress& p) {
    if (!on_) return;
    std::string left = "?";
    if (p.runs_done > 0) {
      const absl::Duration each = (absl::Now() - started_) / p.runs_done;
      const absl::Duration rest = each * (p.runs_in_all - p.runs_done);
      left = absl::FormatDuration(absl::Trunc(rest, absl::Seconds(1)));
    }
    std::fprintf(stderr, "\r\033[Ksession %u round %u  %u/%u  %s  %s left",
                 p.session + 1, p.round + 1, p.runs_done + 1, p.runs_in_all,
                 p.case_name.c_str(), left.c_str());
  }
  void Clear() {
    if (on_) std::fprintf(stderr, "\r\033[K");
  }

 private:
  bool on_;
  absl::Time started_;
};

int Usage(const absl::Status& status) {
  PrintError(status);
  return kExitUsage;
}

std::vector<CaseInstance> Without(std::vector<CaseInstance> cases,
                                  const std::string& names) {
  const std::vector<std::string> left_out = absl::StrSplit(names, ',');
  cases.erase(std::remove_if(cases.begin(), cases.end(),
                             [&](const CaseInstance& c) {
                               return std::find(left_out.begin(),
                                                left_out.end(),
                                                c.name) != left_out.end();
                             }),
              cases.end());
  return cases;
}

// What a session is started with: our own flags, and the seed, which may have
// been drawn just now.
std::vector<std::string> SessionArgv(const std::vector<std::string>& argv,
                                     const RunConfig& config) {
  std::vector<std::string> session = argv;
  session.push_back(absl::StrCat("--seed=", config.seed));
  return session;
}

bool AnyBad(const Results& results) {
  return std::any_of(
      results.cases.begin(), results.cases.end(), [](const CaseResult& c) {
        return c.outcome == Outcome::kFailed || c.outcome == Outcome::kTimeout;
      });
}

// The order of `list`, whatever order the rounds were shuffled into.
void SortAsListed(const std::vector<CaseInstance>& cases, Results& results) {
  auto place = [&cases](const CaseResult& c) {
    for (size_t i = 0; i < cases.size(); ++i) {
      if (cases[i].name == c.name) return i;
    }
    return cases.size();
  };
  std::stable_sort(results.cases.begin(), results.cases.end(),
                   [&place](const CaseResult& a, const CaseResult& b) {
                     return place(a) < place(b);
                   });
}

}  // namespace

int RunCommand(const std::vector<std::string>& arguments,
               const std::vector<std::string>& argv) {
  if (!arguments.empty()) {
    return Usage(absl::InvalidArgumentError(
        absl::StrCat("run takes no arguments, got ", arguments[0],
                     "; cases are selected by --cases")));
  }
  absl::StatusOr<RunConfig> config = ConfigFromFlags();
  if (!config.ok()) return Usage(config.status());
  absl::StatusOr<std::vector<CaseInstance>> cases =
      Select(AllCases(), absl::GetFlag(FLAGS_cases));
  if (!cases.ok()) return Usage(cases.status());

  const int session_fd = absl::GetFlag(FLAGS_session_fd);
  if (session_fd >= 0) {
    const absl::Status status = RunSession(
        *config, Without(*cases, absl::GetFlag(FLAGS_session_without)),
        absl::GetFlag(FLAGS_session_index), session_fd);
    return status.ok() ? kExitOk : kExitCaseFailed;
  }

  absl::StatusOr<Format> format = FormatFlag();
  if (!format.ok()) return Usage(format.status());
  const std::string progress = absl::GetFlag(FLAGS_progress);
  if (progress != "auto" && progress != "always" && progress != "never") {
    return Usage(absl::InvalidArgumentError(
        absl::StrCat("--progress=", progress, ": give auto, always or never")));
  }
  if (absl::StatusOr<Kvm> kvm = Kvm::Open(config->kvm_device); !kvm.ok()) {
    PrintError(kvm.status());
    return kExitNoKvm;
  }
  const std::string out = absl::GetFlag(FLAGS_out);
  if (absl::Status s = CheckWritable(out.empty() ? "exitbench.pb" : out);
      !s.ok()) {
    return Usage(s);
  }

  ProgressLine line(progress == "always" ||
                    (progress == "auto" && isatty(STDERR_FILENO)));
  std::string path = out;
  auto save = [&](const Results& so_far) -> absl::Status {
    if (path.empty()) path = DefaultPath(so_far);
    if (path == "-") return absl::OkStatus();
    Results sorted = so_far;
    SortAsListed(*cases, sorted);
    return WriteResults(path, sorted);
  };
  absl::StatusOr<GatheredResults> gathered = RunSessions(
      *config, *cases, SessionArgv(argv, *config),
      [&line](const Progress& p) { line.Show(p); }, save);
  line.Clear();
  if (!gathered.ok()) return Usage(gathered.status());

  Results& results = gathered->results;
  SortAsListed(*cases, results);
  if (path == "-") {
    if (absl::Status s = WriteResults("-", results); !s.ok()) return Usage(s);
  } else {
    if (absl::Status s = save(results); !s.ok()) return Usage(s);
    if (const int code = PrintResults(results); code != kExitOk) return code;
    std::fprintf(stderr, "results: %s\n", path.c_str());
  }
  if (gathered->stop_signal != 0) return kExitSignal + gathered->stop_signal;
  return AnyBad(results) ? kExitCaseFailed : kExitOk;
}

}  // namespace exitbench
