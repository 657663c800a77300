#include "harness/orchestrator.h"

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
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/frames.h"
#include "results/merge.h"
#include "results/proto_io.h"
#include "vmm/owned.h"

extern char** environ;

namespace exitbench {
namespace {

// A run is warm-up, measurement and twin, each with a time limit of its own,
// and what lies between.
constexpr int kLimitsOfSilence = 4;

constexpr int kMostReapTries = 500;
constexpr absl::Duration kReapPause = absl::Milliseconds(10);

volatile sig_atomic_t stop_signal = 0;
void OnStop(int number) { stop_signal = number; }

// While it lives, SIGINT and SIGTERM set stop_signal.
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

// A session process. Killed and reaped when it goes.
class SessionProcess {
 public:
  static absl::StatusOr<SessionProcess> Start(std::vector<std::string> argv) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
    SessionProcess process;
    process.reader_ = UniqueFd(ends[0]);
    UniqueFd writer(ends[1]);
    constexpr int kChildFd = 3;
    argv.push_back(absl::StrCat("--session_fd=", kChildFd));
    std::vector<char*> raw;
    for (std::string& a : argv) raw.push_back(a.data());
    raw.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    // dup2 onto itself keeps close-on-exec off in posix_spawn, too.
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
  // One that has said that it is done may end by itself, if it is quick.
  void LetEnd() {
    if (Reap()) pid_ = -1;
  }

 private:
  SessionProcess() = default;

  // A thread stuck in the kernel outlives even SIGKILL; don't wait for ever.
  bool Reap() {
    for (int i = 0; i < kMostReapTries; ++i) {
      if (waitpid(pid_, nullptr, WNOHANG) != 0) return true;
      absl::SleepFor(kReapPause);
    }
    return false;
  }

  pid_t pid_ = -1;
  UniqueFd reader_;
};

CaseResult HungCase(const CaseInstance& instance, absl::Duration silence) {
  CaseResult result;
  result.name = instance.name;
  result.measures = std::string(instance.row->measures);
  result.code_hash = CodeHash(instance);
  result.ring = static_cast<uint32_t>(instance.ring);
  result.outcome = Outcome::kTimeout;
  result.reason =
      absl::StrCat("the session was silent for ", absl::FormatDuration(silence),
                   " and was killed: KVM_RUN did not return");
  return result;
}

// Gathers one session's frames.
class SessionGatherer {
 public:
  SessionGatherer(Results& all, Progress& progress,
                  const RunCallbacks& callbacks)
      : all_(all), progress_(progress), callbacks_(callbacks) {}

  // Takes one frame; the error is the session's own or a damaged frame.
  absl::Status Take(const Frame& frame) {
    switch (frame.type) {
      case FrameType::kSession:
        return TakeSession(frame.body);
      case FrameType::kBegin:
        in_flight_ = frame.body;
        progress_.case_name = frame.body;
        began_ = absl::Now();
        if (callbacks_.on_progress) callbacks_.on_progress(progress_);
        return absl::OkStatus();
      case FrameType::kCase: {
        if (!has_session_) return NoSession();
        EB_ASSIGN_OR_RETURN(Results one, Parse(frame.body));
        for (CaseResult& c : one.cases) {
          for (Run& run : c.runs) run.session = session_index_;
          EB_RETURN_IF_ERROR(MergeCase(c, all_));
        }
        return absl::OkStatus();
      }
      case FrameType::kEnd:
        in_flight_.clear();
        ++progress_.runs_done;
        if (callbacks_.on_run) {
          callbacks_.on_run(frame.body, absl::Now() - began_);
        }
        return absl::OkStatus();
      case FrameType::kRound:
        ++progress_.round;
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
    }
    return absl::DataLossError("an unknown frame");
  }

  bool done() const { return done_; }
  const std::string& in_flight() const { return in_flight_; }

 private:
  // A guest may have taken the session over: nothing it says is trusted.
  static absl::Status NoSession() {
    return absl::DataLossError(
        "a session process reported before it had said what it is");
  }

  absl::Status TakeSession(const std::string& body) {
    EB_ASSIGN_OR_RETURN(Results base, Parse(body));
    if (has_session_ || base.sessions.size() != 1) {
      return absl::DataLossError(
          "a session process said that it is not one session");
    }
    has_session_ = true;
    if (all_.sessions.empty()) {
      all_.host = base.host;
      all_.tool_version = base.tool_version;
    }
    session_index_ = static_cast<uint32_t>(all_.sessions.size());
    all_.sessions.push_back(base.sessions[0]);
    all_.sessions.back().partial = true;  // Until it says that it is done.
    return absl::OkStatus();
  }

  Results& all_;
  Progress& progress_;
  const RunCallbacks& callbacks_;
  absl::Time began_;
  uint32_t session_index_ = 0;  // In all_, once has_session_.
  bool has_session_ = false;
  std::string in_flight_;
  bool done_ = false;
};

enum class SessionEnd { kDone, kStopped, kHung };

absl::StatusOr<SessionEnd> Gather(SessionProcess& process,
                                  absl::Duration silence,
                                  const RunConfig& config,
                                  SessionGatherer& gatherer) {
  FrameReader reader;
  absl::Time deadline = absl::Now() + silence;
  bool asked = false;
  std::vector<char> chunk(1 << 16);
  for (;;) {
    if ((stop_signal != 0 || absl::Now() >= config.deadline) && !asked) {
      process.AskToStop();
      asked = true;
      // Whoever asked waits for the guest in flight, and no longer.
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
    if (ready <= 0) continue;
    const ssize_t n = read(process.fd(), chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return absl::ErrnoToStatus(errno, "read from a session");
    if (n == 0) {
      if (asked || stop_signal != 0) return SessionEnd::kStopped;
      return absl::InternalError(
          absl::StrCat("a session process died",
                       gatherer.in_flight().empty()
                           ? ""
                           : absl::StrCat(" in case ", gatherer.in_flight())));
    }
    reader.Add(absl::string_view(chunk.data(), static_cast<size_t>(n)));
    if (!asked) deadline = absl::Now() + silence;
    for (;;) {
      EB_ASSIGN_OR_RETURN(std::optional<Frame> frame, reader.Next());
      if (!frame.has_value()) break;
      EB_RETURN_IF_ERROR(gatherer.Take(*frame));
    }
    // Not at the pipe's end, which a child stuck in the kernel may hold open.
    if (gatherer.done()) return SessionEnd::kDone;
  }
}

}  // namespace

absl::StatusOr<GatheredResults> RunSessions(
    const RunConfig& config, const std::vector<CaseInstance>& cases,
    const std::vector<std::string>& session_argv,
    const RunCallbacks& callbacks) {
  StopSignals stop_signals;
  GatheredResults gathered;
  Results& all = gathered.results;
  const absl::Duration silence =
      kLimitsOfSilence * config.time_limit + config.silence_slack;
  std::vector<std::string> hung;
  // What a session told before it ended badly is whole, and is kept.
  auto give_up = [&](const absl::Status& why) -> absl::Status {
    all.partial = true;
    if (callbacks.on_session) EB_RETURN_IF_ERROR(callbacks.on_session(all));
    return why;
  };
  Progress progress;
  progress.runs_in_all =
      static_cast<uint32_t>(cases.size()) * config.rounds * config.sessions;
  for (uint32_t k = 0;
       k < config.sessions && stop_signal == 0 && !gathered.out_of_time; ++k) {
    std::vector<std::string> argv = session_argv;
    argv.push_back(absl::StrCat("--session_index=", k));
    if (!hung.empty()) {
      argv.push_back(
          absl::StrCat("--session_without=", absl::StrJoin(hung, ",")));
    }
    EB_ASSIGN_OR_RETURN(SessionProcess process,
                        SessionProcess::Start(std::move(argv)));
    progress.session = k;
    progress.round = 0;
    SessionGatherer gatherer(all, progress, callbacks);
    const absl::StatusOr<SessionEnd> end =
        Gather(process, silence, config, gatherer);
    if (!end.ok()) return give_up(end.status());
    if (*end == SessionEnd::kDone) process.LetEnd();
    if (*end == SessionEnd::kStopped && stop_signal == 0) {
      gathered.out_of_time = true;
    }
    if (*end == SessionEnd::kHung) {
      for (const CaseInstance& instance : cases) {
        if (instance.name != gatherer.in_flight()) continue;
        EB_RETURN_IF_ERROR(MergeCase(HungCase(instance, silence), all));
        hung.push_back(instance.name);
      }
      if (gatherer.in_flight().empty()) {
        return give_up(absl::DeadlineExceededError(
            "a session process hung while it ran no case"));
      }
    }
    if (stop_signal != 0) all.partial = true;
    if (callbacks.on_session) EB_RETURN_IF_ERROR(callbacks.on_session(all));
  }
  gathered.stop_signal = stop_signal;
  all.partial = all.partial || stop_signal != 0;
  return gathered;
}

}  // namespace exitbench
