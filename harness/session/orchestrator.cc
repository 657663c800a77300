#include "harness/session/orchestrator.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "harness/plan/pace.h"
#include "harness/plan/round_order.h"
#include "harness/proof/exit_reasons.h"
#include "harness/session/find_named.h"
#include "harness/session/frame_taker.h"
#include "harness/session/gather.h"
#include "harness/session/profile_gatherer.h"
#include "harness/session/reason_gatherer.h"
#include "harness/session/session_gatherer.h"
#include "harness/session/session_process.h"
#include "harness/session/session_task.h"
#include "harness/session/stop_signals.h"
#include "results/sides/merge.h"

namespace exitbench {
namespace {

// Warm-up, measurement and control each have the time limit. One more is for
// what lies between.
constexpr int kLimitsOfSilence = 4;

// So many processes in a row may end before they begin a case.
constexpr int kMostEndsInVain = 2;

// Returns the result of a case during which the session process ended.
CaseResult LostCase(const CaseInstance& instance, Outcome outcome,
                    std::string reason) {
  CaseResult result;
  result.name = instance.name;
  result.measures = std::string(instance.row->measures);
  result.code_hash = CodeHash(instance);
  result.ring = static_cast<uint32_t>(ModeNumber(instance.mode));
  result.outcome = outcome;
  result.reason = std::move(reason);
  return result;
}

std::string WhyHung(absl::Duration silence) {
  return absl::StrCat("the session was silent for ",
                      absl::FormatDuration(silence),
                      " and was killed: KVM_RUN did not return");
}

std::string WhyDied(std::optional<int> status) {
  const bool killed = status.has_value() && WIFSIGNALED(*status) &&
                      WTERMSIG(*status) == SIGKILL;
  return absl::StrCat("the session process ", DescribeEnd(status),
                      " in this case", killed ? "; is it out of memory?" : "");
}

// Returns the error for the second process in a row that began no case.
absl::Status NoWayOn(bool hung, std::optional<int> status) {
  if (hung) {
    return absl::DeadlineExceededError(
        "a session process hung while it ran no case, as the one before it");
  }
  return absl::InternalError(
      absl::StrCat("a session process ", DescribeEnd(status),
                   " before it began a case, as the one before it"));
}

// Runs the sessions one after another.
class SessionSeries {
 public:
  SessionSeries(RunConfig config, const std::vector<CaseInstance>& cases,
                const RunCallbacks& callbacks)
      : config_(std::move(config)),
        cases_(cases),
        callbacks_(callbacks),
        silence_(kLimitsOfSilence * config_.time_limit +
                 config_.silence_slack) {
    progress_.runs_in_all =
        static_cast<uint32_t>(cases.size()) * config_.rounds * config_.sessions;
  }

  absl::StatusOr<GatheredResults> Run() {
    while (part_.session_index < config_.sessions && StopSignals::Last() == 0 &&
           !gathered_.out_of_time) {
      // Nothing is left if every case was lost, or the last one of the last
      // round.
      if (!AnyLeft(cases_, config_.seed, part_, config_.rounds)) {
        part_ = NextSession();
        continue;
      }
      if (part_.session_index > 0 && IsOver()) {
        gathered_.out_of_time = true;
        break;
      }
      EB_RETURN_IF_ERROR(RunPart());
      if (StopSignals::Last() != 0) all_.partial = true;
      EB_RETURN_IF_ERROR(Show());
      process_.reset();
    }
    const bool interrupted = StopSignals::Last() != 0;
    if (interrupted && !all_.partial) {
      // The signal came while a session was shown.
      all_.partial = true;
      EB_RETURN_IF_ERROR(Show());
    }
    // A traced run is to have nothing in it but the marked events.
    if (config_.exit_reasons && !config_.trace_marks && !interrupted) {
      EB_RETURN_IF_ERROR(RunReasons());
    }
    if (config_.profile_time > absl::ZeroDuration() && !interrupted) {
      RunProfile();
      EB_RETURN_IF_ERROR(Show());
    }
    gathered_.stop_signal = StopSignals::Last();
    return std::move(gathered_);
  }

 private:
  SessionPart NextSession() const {
    return {.session_index = part_.session_index + 1, .without = part_.without};
  }

  GatherLimits LimitsOf(absl::Time deadline) const {
    return {.silence = silence_,
            .deadline = deadline,
            .time_limit = config_.time_limit};
  }

  // Returns whether the time of the budget is used up.
  bool IsOver() const {
    const absl::StatusOr<Pace> pace = ReadPace(config_.pace);
    return pace.ok() && absl::Now() >= pace->end;
  }

  absl::Status Show() {
    return callbacks_.on_session ? callbacks_.on_session(all_)
                                 : absl::OkStatus();
  }

  // Ends the run with an error. What was gathered is kept.
  absl::Status GiveUp(const absl::Status& why) {
    all_.partial = true;
    EB_RETURN_IF_ERROR(Show());
    return why;
  }

  // Starts a process for part_, gathers what it reports, and sets part_ to what
  // is left then.
  absl::Status RunPart() {
    EB_ASSIGN_OR_RETURN(SessionProcess process,
                        SessionProcess::Start({config_, part_}));
    process_.emplace(std::move(process));
    progress_.session = part_.session_index;
    progress_.round = part_.round;
    SessionGatherer gatherer(cases_, config_, part_, all_, progress_,
                             callbacks_);
    const absl::StatusOr<SessionEnd> end =
        Gather(*process_, LimitsOf(config_.deadline), gatherer);
    config_.pace = gatherer.pace();
    if (!end.ok()) return GiveUp(end.status());
    switch (*end) {
      case SessionEnd::kDone:
        process_->LetEnd();
        ended_in_vain_ = 0;
        break;
      case SessionEnd::kStopped:
        if (StopSignals::Last() == 0) gathered_.out_of_time = true;
        break;
      case SessionEnd::kHung:
        return GoOnAfter(gatherer, true, std::nullopt);
      case SessionEnd::kDied:
        return GoOnAfter(gatherer, false, process_->LetEnd());
    }
    part_ = NextSession();
    return absl::OkStatus();
  }

  // Goes on after a process that hung, or died with `status`. The case that it
  // was in is lost, and the next process begins after that case.
  absl::Status GoOnAfter(SessionGatherer& gatherer, bool hung,
                         std::optional<int> status) {
    gatherer.EndBadly();
    part_ = gatherer.part();
    ended_in_vain_ = gatherer.has_begun() ? 0 : ended_in_vain_ + 1;
    if (ended_in_vain_ == kMostEndsInVain) {
      return GiveUp(NoWayOn(hung, status));
    }
    const CaseInstance* lost = FindNamed(cases_, gatherer.in_flight());
    if (lost == nullptr) return absl::OkStatus();
    EB_RETURN_IF_ERROR(
        MergeCase(hung ? LostCase(*lost, Outcome::kTimeout, WhyHung(silence_))
                       : LostCase(*lost, Outcome::kFailed, WhyDied(status)),
                  all_));
    part_.without.push_back(lost->name);
    ++progress_.runs_done;
    progress_.runs_in_all -=
        config_.rounds - part_.round - 1 +
        (config_.sessions - part_.session_index - 1) * config_.rounds;
    return absl::OkStatus();
  }

  // Returns a part without the cases of which runs_again() is false.
  template <typename RunsAgain>
  SessionPart PartOf(RunsAgain runs_again) const {
    SessionPart part;
    for (const CaseInstance& instance : cases_) {
      const bool kept = std::any_of(
          all_.cases.begin(), all_.cases.end(), [&](const CaseResult& c) {
            return c.name == instance.name && runs_again(instance, c);
          });
      if (!kept) part.without.push_back(instance.name);
    }
    return part;
  }

  // Runs `part` in a process that is no session. Returns why it ended early, or
  // nothing.
  std::string RunAgain(const SessionPart& part, FrameTaker& gatherer) {
    absl::StatusOr<SessionProcess> process =
        SessionProcess::Start({config_, part});
    if (!process.ok()) return std::string(process.status().message());
    // The deadline is of what is timed.
    const absl::StatusOr<SessionEnd> end =
        Gather(*process, LimitsOf(absl::InfiniteFuture()), gatherer);
    if (!end.ok()) return std::string(end.status().message());
    if (*end == SessionEnd::kDone) return "";
    if (*end == SessionEnd::kStopped) return "interrupted";
    return absl::StrCat(
        *end == SessionEnd::kHung
            ? "its process was silent for too long"
            : absl::StrCat("its process ", DescribeEnd(process->LetEnd())),
        gatherer.in_flight().empty()
            ? ""
            : absl::StrCat(" in ", gatherer.in_flight()));
  }

  // Runs the process that counts exits by reason.
  absl::Status RunReasons() {
    SessionPart part =
        PartOf([](const CaseInstance& instance, const CaseResult& c) {
          return LacksReason(*instance.row, c);
        });
    if (part.without.size() == cases_.size()) return absl::OkStatus();
    part.exit_reasons = true;
    const std::vector<CaseInstance> counted = Without(cases_, part.without);
    ReasonGatherer gatherer(counted, all_);
    gathered_.reasons_cut = RunAgain(part, gatherer);
    if (gathered_.reasons_cut.empty()) {
      gathered_.reasons_cut = gatherer.failed();
    }
    return Show();
  }

  // Runs the process that profiles the cases that are OK.
  void RunProfile() {
    SessionPart part = PartOf([](const CaseInstance&, const CaseResult& c) {
      return c.outcome == Outcome::kOk;
    });
    if (part.without.size() == cases_.size()) return;
    part.profile = true;
    const std::vector<CaseInstance> profiled = Without(cases_, part.without);
    ProfileGatherer gatherer(profiled, all_, gathered_.profile);
    gathered_.profile_cut = RunAgain(part, gatherer);
    gathered_.counted = gatherer.counted();
  }

  RunConfig config_;  // With the pace of what is left.
  const std::vector<CaseInstance>& cases_;
  const RunCallbacks& callbacks_;
  const absl::Duration silence_;
  GatheredResults gathered_;
  Results& all_ = gathered_.results;
  Progress progress_;
  // Kept until its results are shown, since killing it may take seconds.
  std::optional<SessionProcess> process_;
  SessionPart part_;       // What comes next.
  int ended_in_vain_ = 0;  // Processes in a row that began no case.
};

}  // namespace

absl::StatusOr<GatheredResults> RunSessions(
    const RunConfig& config, const std::vector<CaseInstance>& cases,
    const RunCallbacks& callbacks) {
  StopSignals stop_signals;
  return SessionSeries(config, cases, callbacks).Run();
}

}  // namespace exitbench
