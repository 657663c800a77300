#include "harness/session/orchestrator.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/owned.h"
#include "base/status_macros.h"
#include "harness/plan/pace.h"
#include "harness/plan/round_order.h"
#include "harness/proof/exit_reasons.h"
#include "harness/session/frames.h"
#include "harness/session/profile_gatherer.h"
#include "harness/session/reason_gatherer.h"
#include "harness/session/session_task.h"
#include "results/file/proto_io.h"
#include "results/sides/merge.h"

extern char** environ;

namespace exitbench {
namespace {

// Warm-up, measurement and control each have the time limit. One more is for
// what lies between.
constexpr int kLimitsOfSilence = 4;

// So many processes in a row may end before they begin a case.
constexpr int kMostEndsInVain = 2;

constexpr int kMostReapTries = 500;
constexpr absl::Duration kReapPause = absl::Milliseconds(10);

volatile sig_atomic_t stop_signal = 0;
void OnStop(int number) { stop_signal = number; }

// Has SIGINT and SIGTERM set stop_signal, for as long as it lives.
class StopSignals {
 public:
  StopSignals() {
    stop_signal = 0;
    struct sigaction action = {};
    action.sa_handler = OnStop;
    sigaction(SIGINT, &action, &old_int_);
    sigaction(SIGTERM, &action, &old_term_);
  }
  ~StopSignals() {
    sigaction(SIGINT, &old_int_, nullptr);
    sigaction(SIGTERM, &old_term_, nullptr);
  }

 private:
  struct sigaction old_int_, old_term_;
};

// Owns a session process, and kills and reaps it.
class SessionProcess {
 public:
  static absl::StatusOr<SessionProcess> Start(const SessionTask& task) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
    SessionProcess process;
    process.reader_ = UniqueFd(ends[0]);
    UniqueFd writer(ends[1]);
    constexpr int kChildFd = 3;
    std::vector<std::string> argv = {
        "exitbench", "session", absl::StrCat("--session_fd=", kChildFd),
        absl::StrCat("--session_task=", WriteTask(task))};
    std::vector<char*> raw;
    for (std::string& a : argv) raw.push_back(a.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // posix_spawn() clears close-on-exec also where both numbers are the same.
    posix_spawn_file_actions_adddup2(&actions, writer.get(), kChildFd);
    const int error = posix_spawn(&process.pid_, "/proc/self/exe", &actions,
                                  nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
      return absl::ErrnoToStatus(
          error, "can't start a session process (/proc/self/exe)");
    }
    return process;
  }

  SessionProcess(SessionProcess&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)),
        reader_(std::move(other.reader_)) {}
  ~SessionProcess() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    Reap();
  }

  int fd() const { return reader_.get(); }
  void AskToStop() { kill(pid_, SIGTERM); }
  bool HasEnded() const {
    siginfo_t info = {};
    return waitid(P_PID, static_cast<id_t>(pid_), &info,
                  WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }
  // Waits for some seconds until the process ends by itself. Call it once it
  // has said that it is done, or its pipe is at its end. Returns the status of
  // waitpid(2). Absent if it did not end.
  std::optional<int> LetEnd() {
    const std::optional<int> status = Reap();
    if (status.has_value()) pid_ = -1;
    return status;
  }

 private:
  SessionProcess() = default;

  // A thread that is stuck in the kernel survives SIGKILL, so the wait is
  // limited.
  std::optional<int> Reap() {
    for (int i = 0; i < kMostReapTries; ++i) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) return status;
      absl::SleepFor(kReapPause);
    }
    return std::nullopt;
  }

  pid_t pid_ = -1;
  UniqueFd reader_;
};

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

const CaseInstance* Find(const std::vector<CaseInstance>& cases,
                         const std::string& name) {
  for (const CaseInstance& instance : cases) {
    if (instance.name == name) return &instance;
  }
  return nullptr;
}

// Gathers the frames of one session process.
class SessionGatherer {
 public:
  SessionGatherer(const std::vector<CaseInstance>& cases,
                  const RunConfig& config, const SessionPart& part,
                  Results& all, Progress& progress,
                  const RunCallbacks& callbacks)
      : cases_(cases),
        rounds_(config.rounds),
        pace_(config.pace),
        part_(part),
        all_(all),
        progress_(progress),
        callbacks_(callbacks) {}

  // Takes one frame. The error is the session's, or that the frame is corrupt.
  absl::Status Take(const Frame& frame) {
    switch (frame.type) {
      case FrameType::kSession:
        return TakeSession(frame.body);
      case FrameType::kBegin:
        if (Find(cases_, frame.body) == nullptr || part_.round >= rounds_) {
          return absl::DataLossError(
              "a session process began a case that it was not to run");
        }
        in_flight_ = part_.after = frame.body;
        has_begun_ = true;
        progress_.case_name = frame.body;
        began_ = absl::Now();
        if (callbacks_.on_progress) callbacks_.on_progress(progress_);
        return absl::OkStatus();
      case FrameType::kCase: {
        if (!has_session_) return NoSession();
        EB_ASSIGN_OR_RETURN(CaseResult one, ParseCase(frame.body));
        for (Run& run : one.runs) run.session = session_index_;
        return MergeCase(one, all_);
      }
      case FrameType::kEnd:
        in_flight_.clear();
        ++progress_.runs_done;
        if (callbacks_.on_run) {
          callbacks_.on_run(frame.body, absl::Now() - began_);
        }
        return absl::OkStatus();
      case FrameType::kRound:
        progress_.round = ++part_.round;
        part_.after.clear();
        TakePace(frame.body);
        return absl::OkStatus();
      case FrameType::kDone:
        if (!has_session_) return NoSession();
        done_ = true;
        (void)absl::SimpleAtod(frame.body,
                               &all_.sessions[session_index_].elapsed_s);
        all_.sessions[session_index_].partial = false;
        return absl::OkStatus();
      case FrameType::kAlive:
        return absl::OkStatus();
      case FrameType::kError:
        return absl::InternalError(frame.body);
      case FrameType::kProfile:
        break;
    }
    return absl::DataLossError("an unknown frame");
  }

  bool done() const { return done_; }
  // Whether the process has begun any case.
  bool has_begun() const { return has_begun_; }
  const std::string& in_flight() const { return in_flight_; }
  // The part of the session that is left if the process ends now.
  const SessionPart& part() const { return part_; }
  // The pace after the last round, as text. Empty: there is no budget.
  const std::string& pace() const { return pace_; }
  // Notes the time of a session whose process died or hung. It stays partial.
  void EndBadly() {
    if (!has_session_) return;
    all_.sessions[session_index_].elapsed_s =
        absl::ToDoubleSeconds(absl::Now() - started_);
  }

 private:
  // A guest may have taken over the session process, so nothing is trusted.
  static absl::Status NoSession() {
    return absl::DataLossError(
        "a session process reported before it had said what it is");
  }

  // Takes the pace that a session reports, unless it is another's.
  void TakePace(const std::string& text) {
    const absl::StatusOr<Pace> old_pace = ReadPace(pace_);
    const absl::StatusOr<Pace> new_pace = ReadPace(text);
    if (!old_pace.ok() || !new_pace.ok() || new_pace->end != old_pace->end ||
        new_pace->rounds != old_pace->rounds ||
        new_pace->rounds_left + 1 != old_pace->rounds_left ||
        new_pace->cases.size() != old_pace->cases.size()) {
      return;
    }
    pace_ = text;
    // With a budget some cases are not in every round.
    progress_.runs_done =
        (part_.session_index * rounds_ + part_.round) *
        static_cast<uint32_t>(cases_.size() - part_.without.size());
  }

  absl::Status TakeSession(const std::string& body) {
    EB_ASSIGN_OR_RETURN(Results base, Parse(body));
    if (has_session_ || base.sessions.size() != 1) {
      return absl::DataLossError(
          "a session process said that it is not one session");
    }
    has_session_ = true;
    started_ = absl::Now();
    if (all_.sessions.empty()) {
      all_.host = base.host;
      all_.tool_version = base.tool_version;
    }
    session_index_ = static_cast<uint32_t>(all_.sessions.size());
    all_.sessions.push_back(base.sessions[0]);
    all_.sessions.back().partial = true;  // Until it says that it is done.
    return absl::OkStatus();
  }

  const std::vector<CaseInstance>& cases_;
  const uint32_t rounds_;
  std::string pace_;
  SessionPart part_;
  Results& all_;
  Progress& progress_;
  const RunCallbacks& callbacks_;
  absl::Time started_;
  absl::Time began_;
  uint32_t session_index_ = 0;  // In all_, once has_session_.
  bool has_session_ = false;
  bool has_begun_ = false;
  std::string in_flight_;
  bool done_ = false;
};

enum class SessionEnd { kDone, kStopped, kHung, kDied };

// `Gatherer` takes the frames, and knows when they say that all is done.
template <typename Gatherer>
absl::StatusOr<SessionEnd> Gather(SessionProcess& process,
                                  absl::Duration silence,
                                  const RunConfig& config, Gatherer& gatherer) {
  FrameReader reader;
  absl::Time deadline = absl::Now() + silence;
  bool asked = false;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    if ((stop_signal != 0 || absl::Now() >= config.deadline) && !asked) {
      process.AskToStop();
      asked = true;
      // The user waits for the guest that runs, but no longer than its time
      // limit.
      deadline = std::min(deadline, absl::Now() + config.time_limit);
    }
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) {
      return asked ? SessionEnd::kStopped : SessionEnd::kHung;
    }
    pollfd waiting = {process.fd(), POLLIN, 0};
    const int ready = poll(&waiting, 1,
                           static_cast<int>(absl::ToInt64Milliseconds(
                               std::min(left, absl::Milliseconds(200)))));
    if (ready < 0 && errno != EINTR) return absl::ErrnoToStatus(errno, "poll");
    ssize_t n = 0;
    if (ready > 0) {
      n = read(process.fd(), chunk.data(), chunk.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return absl::ErrnoToStatus(errno, "read from a session");
    } else if (!process.HasEnded() || poll(&waiting, 1, 0) != 0) {
      continue;
    }
    // Here the pipe is at its end, or the process is gone and a child of its
    // that is stuck in the kernel holds the pipe open.
    if (n == 0) {
      if (asked || stop_signal != 0) return SessionEnd::kStopped;
      return SessionEnd::kDied;
    }
    reader.Add(absl::string_view(chunk.data(), static_cast<size_t>(n)));
    if (!asked) deadline = absl::Now() + silence;
    for (;;) {
      EB_ASSIGN_OR_RETURN(std::optional<Frame> frame, reader.Next());
      if (!frame.has_value()) break;
      EB_RETURN_IF_ERROR(gatherer.Take(*frame));
    }
    // Such a child may also hold the pipe of a session that is done.
    if (gatherer.done()) return SessionEnd::kDone;
  }
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
    while (part_.session_index < config_.sessions && stop_signal == 0 &&
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
      if (stop_signal != 0) all_.partial = true;
      EB_RETURN_IF_ERROR(Show());
      process_.reset();
    }
    const bool interrupted = stop_signal != 0;
    all_.partial = all_.partial || interrupted;
    // A traced run is to have nothing in it but the marked events.
    if (config_.exit_reasons && !config_.trace_marks && !interrupted) {
      EB_RETURN_IF_ERROR(RunReasons());
    }
    if (config_.profile_time > absl::ZeroDuration() && !interrupted) {
      RunProfile();
      EB_RETURN_IF_ERROR(Show());
    }
    gathered_.stop_signal = stop_signal;
    return std::move(gathered_);
  }

 private:
  SessionPart NextSession() const {
    return {.session_index = part_.session_index + 1, .without = part_.without};
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
        Gather(*process_, silence_, config_, gatherer);
    config_.pace = gatherer.pace();
    if (!end.ok()) return GiveUp(end.status());
    switch (*end) {
      case SessionEnd::kDone:
        process_->LetEnd();
        ended_in_vain_ = 0;
        break;
      case SessionEnd::kStopped:
        if (stop_signal == 0) gathered_.out_of_time = true;
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
    const CaseInstance* lost = Find(cases_, gatherer.in_flight());
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
  template <typename Gatherer>
  std::string RunAgain(const SessionPart& part, Gatherer& gatherer) {
    absl::StatusOr<SessionProcess> process =
        SessionProcess::Start({config_, part});
    if (!process.ok()) return std::string(process.status().message());
    // The deadline is of what is timed.
    RunConfig config = config_;
    config.deadline = absl::InfiniteFuture();
    const absl::StatusOr<SessionEnd> end =
        Gather(*process, silence_, config, gatherer);
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

std::string DescribeEnd(std::optional<int> wait_status) {
  if (!wait_status.has_value()) return "closed its pipe";
  if (WIFSIGNALED(*wait_status)) {
    const int number = WTERMSIG(*wait_status);
    return absl::StrCat(
        "was killed by signal ", number,
        // Its name is "Killed", which would say it twice.
        number == SIGKILL ? "" : absl::StrCat(" (", strsignal(number), ")"));
  }
  return absl::StrCat("ended with exit code ", WEXITSTATUS(*wait_status));
}

absl::StatusOr<GatheredResults> RunSessions(
    const RunConfig& config, const std::vector<CaseInstance>& cases,
    const RunCallbacks& callbacks) {
  StopSignals stop_signals;
  return SessionSeries(config, cases, callbacks).Run();
}

}  // namespace exitbench
