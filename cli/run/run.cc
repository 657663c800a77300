#include "cli/run/run.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "cases/catalogue/catalogue.h"
#include "cli/common_flags.h"
#include "cli/exit_codes.h"
#include "cli/files/show.h"
#include "cli/run/progress_line.h"
#include "cli/run/run_append.h"
#include "cli/run/run_budget.h"
#include "cli/run/run_flags.h"
#include "cli/run/sampled.h"
#include "harness/host/provenance.h"
#include "harness/perf/permission.h"
#include "harness/profile/count_reasons.h"
#include "harness/session/describe_session.h"
#include "harness/session/orchestrator.h"
#include "harness/settings/run_config.h"
#include "profile/file/profile_file.h"
#include "results/file/file.h"
#include "results/sides/merge.h"
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

int Interrupted(int signal) {
  std::fprintf(stderr, "exitbench: interrupted before anything was measured\n");
  return kExitSignal + signal;
}

// Saves a session that can't be added to `file` after all to a file of its own.
// `why` says why it can't.
absl::Status SaveElsewhere(const std::string& file, const absl::Status& why,
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

// Sorts the cases into the order of `list`. The rounds are shuffled.
void SortAsListed(const std::vector<CaseInstance>& cases, Results& results) {
  // Memory parameters are appended to the case's name, after a dot.
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

// What the command line asks for, checked.
struct Request {
  RunConfig config;
  TimePlan time;
  std::vector<CaseInstance> cases;
  bool show_progress = false;
  std::string
      out;  // Empty: the name is chosen when there is something to save.
};

absl::StatusOr<Request> RequestFromFlags(
    const std::vector<std::string>& arguments) {
  if (!arguments.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("run takes no arguments, got ", arguments[0],
                     "; cases are selected by --cases=", arguments[0]));
  }
  Request request;
  EB_ASSIGN_OR_RETURN(request.config, ConfigFromFlags());
  EB_ASSIGN_OR_RETURN(request.time, TimePlanFromFlags());
  EB_ASSIGN_OR_RETURN(request.cases, SelectCases(request.config));
  EB_RETURN_IF_ERROR(FormatFlag().status());
  const std::string progress = absl::GetFlag(FLAGS_progress);
  if (progress != "auto" && progress != "always" && progress != "never") {
    return absl::InvalidArgumentError(
        absl::StrCat("--progress=", progress, ": give auto, always or never"));
  }
  request.show_progress =
      progress == "always" || (progress == "auto" && isatty(STDERR_FILENO));
  request.out = absl::GetFlag(FLAGS_out);
  return request;
}

// Checks that the file can be written. Returns the results that --append adds
// to.
absl::StatusOr<Results> PrepareFile(const Kvm& kvm, const Request& request) {
  EB_RETURN_IF_ERROR(CheckWritable(
      request.out.empty() ? DefaultPath(HostFacts(kvm)) : request.out));
  if (!absl::GetFlag(FLAGS_append)) return Results();
  return ReadToAppendTo(request.out, kvm, request.config, request.cases);
}

// Saves what was measured, session by session.
class Keeper {
 public:
  // `before` is what `out` has already, or has no sessions.
  Keeper(std::string out, Results before, ProgressLine& line)
      : path_(std::move(out)),
        is_named_(!path_.empty()),
        before_(std::move(before)),
        saved_sessions_(before_.sessions.size()),
        line_(line) {}

  absl::Status Keep(Results& so_far) {
    if (so_far.cases.empty()) return absl::OkStatus();
    if (path_.empty()) path_ = DefaultPath(so_far.host);
    if (IsAppending()) {
      joined_ = before_;
      if (absl::Status s = Merge(so_far, joined_); !s.ok()) {
        return SaveElsewhere(path_, s, so_far);
      }
    }
    Results& all = IsAppending() ? joined_ : so_far;
    SortAsListed(AllCases(), all);
    if (IsStandardOutput()) return absl::OkStatus();
    if (absl::Status s = WriteResults(path_, all); !s.ok()) {
      return absl::Status(
          s.code(),
          saved_sessions_ == 0
              ? std::string(s.message())
              : absl::StrCat(s.message(), "; the file still has the ",
                             saved_sessions_, " sessions saved before"));
    }
    saved_sessions_ = all.sessions.size();
    line_.Saved(saved_sessions_);
    return absl::OkStatus();
  }

  // Where the results are, once there are any.
  const std::string& path() const { return path_; }

  // Prints `measured`, together with what the file had before. Returns the exit
  // code.
  int Report(const Results& measured) const {
    const Results& all = IsAppending() ? joined_ : measured;
    if (IsStandardOutput()) {
      const absl::Status status = WriteResults("-", all);
      return status.ok() ? kExitOk : Usage(status);
    }
    if (const int code = PrintResults(all); code != kExitOk) return code;
    std::fprintf(
        stderr, "results: %s%s\n", Printable(path_).c_str(),
        is_named_ ? "" : " in the working directory; --out=FILE names another");
    return kExitOk;
  }

 private:
  bool IsAppending() const { return !before_.sessions.empty(); }
  bool IsStandardOutput() const { return path_ == "-"; }

  std::string path_;
  const bool is_named_;  // By --out.
  const Results before_;
  Results joined_;  // With those of `before_`, if any.
  size_t saved_sessions_;
  ProgressLine& line_;
};

// Returns the path of the profile that belongs to the results at `path`.
std::string ProfilePath(absl::string_view path) {
  (void)absl::ConsumeSuffix(&path, ".pb");
  return absl::StrCat(path, ".profile.pb");
}

// Saves the profile next to the results at `path`, and says what it is of.
absl::Status KeepProfile(const GatheredResults& gathered,
                         const std::string& path) {
  const std::string to = ProfilePath(path);
  if (!gathered.profile.cases.empty()) {
    EB_RETURN_IF_ERROR(WriteProfile(to, gathered.profile));
  }
  std::fprintf(stderr, "%s\n",
               Printable(DescribeSampled(gathered.profile, to, gathered.counted,
                                         gathered.profile_cut))
                   .c_str());
  return absl::OkStatus();
}

// Returns the exit code.
int Finish(const Request& request, const Budgeted& budgeted,
           const GatheredResults& gathered, const Keeper& keeper) {
  const bool nothing = gathered.results.cases.empty();
  if (!request.config.pace.empty() && !nothing && gathered.stop_signal == 0) {
    const std::string cut =
        WhatBudgetCut(request.cases, budgeted, gathered.results);
    std::fprintf(stderr, "%s", cut.c_str());
  }
  if (nothing && gathered.stop_signal == 0) {
    return Usage(absl::DeadlineExceededError(
        "nothing was measured within the budget: give it more time, or fewer "
        "--cases"));
  }
  if (nothing) return Interrupted(gathered.stop_signal);
  if (const int code = keeper.Report(gathered.results); code != kExitOk) {
    return code;
  }
  if (!gathered.reasons_cut.empty()) {
    std::fprintf(stderr, "not all exits were counted by reason: %s\n",
                 Printable(gathered.reasons_cut).c_str());
  }
  if (request.config.profile_time > absl::ZeroDuration()) {
    const absl::Status kept = KeepProfile(gathered, keeper.path());
    if (!kept.ok()) return Usage(kept);
  }
  if (gathered.stop_signal != 0) return kExitSignal + gathered.stop_signal;
  // Not by the old results of the file.
  return AnyBad(gathered.results) ? kExitCaseFailed : kExitOk;
}

}  // namespace

int RunCommand(const std::vector<std::string>& arguments) {
  absl::StatusOr<Request> request = RequestFromFlags(arguments);
  if (!request.ok()) return Usage(request.status());
  const absl::StatusOr<Kvm> kvm = Kvm::Open(request->config.kvm_device);
  if (!kvm.ok()) return Fail(kvm.status(), kExitNoKvm);
  absl::StatusOr<Results> before = PrepareFile(*kvm, *request);
  if (!before.ok()) return Usage(before.status());

  const bool profiles = request->config.profile_time > absl::ZeroDuration();
  if (profiles) {
    if (absl::Status s = CheckMaySample(); !s.ok()) {
      return Usage(absl::Status(
          s.code(),
          absl::StrCat("--profile can't sample the kernel: ", s.message())));
    }
  }

  // This is looked at whatever the flag says, so that hosts that count
  // instructions count the same with it and without.
  const bool has_reasons = MayHaveReasons(*kvm);
  request->config.exit_reasons = request->config.exit_reasons && has_reasons;

  const absl::Time started = absl::Now();
  std::fprintf(
      stderr, "%s\n",
      FirstLine(request->cases.size(), request->config, request->time).c_str());
  if (profiles) {
    const absl::Duration all =
        ReserveProfile(request->cases.size(), request->config, request->time);
    std::fprintf(stderr, "then a profile, %.2g s of each case: about %s\n",
                 absl::ToDoubleSeconds(request->config.profile_time),
                 AboutTime(all).c_str());
  }
  Budgeted budgeted;
  if (request->time.pilots) {
    absl::StatusOr<Budgeted> planned =
        PlanTime(request->cases, request->time, started, request->config);
    if (!planned.ok()) return Usage(planned.status());
    if (planned->stop_signal != 0) return Interrupted(planned->stop_signal);
    budgeted = *std::move(planned);
  }

  ProgressLine line(request->show_progress);
  LateEstimate estimate(!request->time.pilots);
  Keeper keeper(request->out, *std::move(before), line);
  RunCallbacks callbacks;
  callbacks.on_progress = [&line, &estimate](const Progress& p) {
    if (const std::string said = estimate.Take(p, absl::Now()); !said.empty()) {
      line.Clear();
      std::fprintf(stderr, "%s\n", said.c_str());
    }
    line.Show(p);
  };
  callbacks.on_session = [&keeper](Results& r) { return keeper.Keep(r); };
  const absl::StatusOr<GatheredResults> gathered =
      RunSessions(request->config, request->cases, callbacks);
  line.Clear();
  if (!gathered.ok()) return Usage(gathered.status());
  return Finish(*request, budgeted, *gathered, keeper);
}

}  // namespace exitbench
