#include "cli/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "cases/catalogue/catalogue.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/progress_line.h"
#include "cli/run_append.h"
#include "cli/run_budget.h"
#include "cli/run_flags.h"
#include "cli/session_argv.h"
#include "cli/show.h"
#include "harness/session/orchestrator.h"
#include "harness/host/provenance.h"
#include "harness/session/round_order.h"
#include "harness/session/run_config.h"
#include "harness/session/session.h"
#include "results/file/file.h"
#include "results/compare/merge.h"
#include "results/text/printable.h"
#include "vmm/kvm.h"

namespace exitbench {
namespace {

std::string DefaultPath(const Host& host) {
  return absl::StrCat(
      "exitbench-", host.kernel_release, "-", host.kvm_backend, "-",
      absl::FormatTime("%Y%m%dT%H%M%SZ", absl::Now(), absl::UTCTimeZone()),
      ".pb");
}

int Usage(const absl::Status& status) {
  PrintError(status);
  return kExitUsage;
}

// What of a session this process was started for.
SessionPart PartFromFlags() {
  SessionPart part;
  part.session_index = absl::GetFlag(FLAGS_session_index);
  part.round = absl::GetFlag(FLAGS_session_round);
  part.after = absl::GetFlag(FLAGS_session_after);
  part.without = absl::StrSplit(absl::GetFlag(FLAGS_session_without), ',',
                                absl::SkipEmpty());
  return part;
}

// Which cases the budget left without a single run.
void SayWhatBudgetCut(const std::vector<CaseInstance>& cases,
                      const Results& results) {
  std::vector<std::string> missing;
  for (const CaseInstance& c : cases) {
    const bool there = std::any_of(
        results.cases.begin(), results.cases.end(),
        [&c](const CaseResult& result) { return result.name == c.name; });
    if (!there) missing.push_back(c.name);
  }
  std::fprintf(stderr, "budget: the last session was stopped before its end\n");
  if (!missing.empty()) {
    std::fprintf(stderr, "budget: %zu of %zu cases were not reached: %s\n",
                 missing.size(), cases.size(),
                 absl::StrJoin(missing, " ").c_str());
  }
}

int Interrupted(int signal) {
  std::fprintf(stderr, "exitbench: interrupted before anything was measured\n");
  return kExitSignal + signal;
}

// A session that can't be added to `file` after all, `why`: it is kept.
absl::Status SaveBeside(const std::string& file, const absl::Status& why,
                        const Results& results) {
  const std::string path = DefaultPath(results.host);
  EB_RETURN_IF_ERROR(WriteResults(path, results));
  return absl::Status(why.code(),
                      absl::StrCat(file, ": ", why.message(),
                                   "; what this run measured is in ", path));
}

bool AnyBad(const Results& results) {
  return std::any_of(
      results.cases.begin(), results.cases.end(), [](const CaseResult& c) {
        return c.outcome == Outcome::kFailed || c.outcome == Outcome::kTimeout;
      });
}

// The order of `list`, whatever order the rounds were shuffled into.
void SortAsListed(const std::vector<CaseInstance>& cases, Results& results) {
  // A knob's name begins with the plain one and a dot.
  auto place = [&cases](const CaseResult& c) {
    size_t best = cases.size(), length = 0;
    for (size_t i = 0; i < cases.size(); ++i) {
      const std::string& name = cases[i].name;
      if (name.size() > length && absl::StartsWith(c.name, name) &&
          (c.name.size() == name.size() || c.name[name.size()] == '.')) {
        best = i;
        length = name.size();
      }
    }
    return best;
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
  if (absl::Status s = TurnKnobs(*config, *cases); !s.ok()) return Usage(s);

  const int session_fd = absl::GetFlag(FLAGS_session_fd);
  if (session_fd >= 0) {
    const absl::Status status =
        RunSession(*config, *cases, PartFromFlags(), session_fd);
    return status.ok() ? kExitOk : kExitCaseFailed;
  }

  absl::StatusOr<Format> format = FormatFlag();
  if (!format.ok()) return Usage(format.status());
  const std::string progress = absl::GetFlag(FLAGS_progress);
  if (progress != "auto" && progress != "always" && progress != "never") {
    return Usage(absl::InvalidArgumentError(
        absl::StrCat("--progress=", progress, ": give auto, always or never")));
  }
  const absl::StatusOr<Kvm> kvm = Kvm::Open(config->kvm_device);
  if (!kvm.ok()) {
    PrintError(kvm.status());
    return kExitNoKvm;
  }
  const std::string out = absl::GetFlag(FLAGS_out);
  if (absl::Status s =
          CheckWritable(out.empty() ? DefaultPath(HostFacts(*kvm)) : out);
      !s.ok()) {
    return Usage(s);
  }

  Results before;
  if (absl::GetFlag(FLAGS_append)) {
    absl::StatusOr<Results> old = ReadToAppendTo(out, *kvm, *config, *cases);
    if (!old.ok()) return Usage(old.status());
    before = *std::move(old);
  }
  const bool appending = !before.sessions.empty();

  const absl::Duration budget = absl::GetFlag(FLAGS_budget);
  if (budget > absl::ZeroDuration()) {
    const absl::StatusOr<int> stop_signal =
        FitIntoBudget(*cases, argv, budget, absl::Now(), *config);
    if (!stop_signal.ok()) return Usage(stop_signal.status());
    if (*stop_signal != 0) return Interrupted(*stop_signal);
  }

  ProgressLine line(progress == "always" ||
                    (progress == "auto" && isatty(STDERR_FILENO)));
  std::string path = out;
  Results joined;  // With those of the file to append to, if there is one.
  size_t saved_sessions = before.sessions.size();
  RunCallbacks callbacks;
  callbacks.on_progress = [&line](const Progress& p) { line.Show(p); };
  callbacks.on_session = [&](Results& so_far) -> absl::Status {
    if (so_far.cases.empty()) return absl::OkStatus();
    if (path.empty()) path = DefaultPath(so_far.host);
    if (appending) {
      joined = before;
      if (absl::Status s = Merge(so_far, joined); !s.ok()) {
        return SaveBeside(out, s, so_far);
      }
    }
    Results& all = appending ? joined : so_far;
    SortAsListed(AllCases(), all);
    if (path == "-") return absl::OkStatus();
    if (absl::Status s = WriteResults(path, all); !s.ok()) {
      return absl::Status(
          s.code(),
          saved_sessions == 0
              ? std::string(s.message())
              : absl::StrCat(s.message(), "; the file still has the ",
                             saved_sessions, " sessions saved before"));
    }
    saved_sessions = all.sessions.size();
    line.Saved(saved_sessions);
    return absl::OkStatus();
  };
  absl::StatusOr<GatheredResults> gathered =
      RunSessions(*config, *cases, SessionArgv(argv, *config), callbacks);
  line.Clear();
  if (!gathered.ok()) return Usage(gathered.status());
  if (gathered->out_of_time) SayWhatBudgetCut(*cases, gathered->results);
  if (gathered->results.cases.empty() && gathered->stop_signal == 0) {
    return Usage(absl::DeadlineExceededError(
        "nothing was measured within the budget: give it more time, or fewer "
        "--cases"));
  }
  if (gathered->results.cases.empty()) {
    return Interrupted(gathered->stop_signal);
  }
  const Results& all = appending ? joined : gathered->results;
  if (path == "-") {
    if (absl::Status s = WriteResults("-", all); !s.ok()) return Usage(s);
  } else {
    if (const int code = PrintResults(all); code != kExitOk) return code;
    std::fprintf(stderr, "results: %s\n", Printable(path).c_str());
  }
  if (gathered->stop_signal != 0) return kExitSignal + gathered->stop_signal;
  // Not of what an old file has: the answer is about this run.
  return AnyBad(gathered->results) ? kExitCaseFailed : kExitOk;
}

}  // namespace exitbench
