#include "harness/session/session_gatherer.h"

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "harness/plan/pace.h"
#include "harness/session/find_named.h"
#include "results/file/proto_io.h"
#include "results/sides/merge.h"

namespace exitbench {
namespace {

absl::Status NoSession() {
  return absl::DataLossError(
      "a session process reported before it had said what it is");
}

}  // namespace

SessionGatherer::SessionGatherer(const std::vector<CaseInstance>& cases,
                                 const RunConfig& config,
                                 const SessionPart& part, Results& all,
                                 Progress& progress,
                                 const RunCallbacks& callbacks)
    : cases_(cases),
      rounds_(config.rounds),
      pace_(config.pace),
      part_(part),
      all_(all),
      progress_(progress),
      callbacks_(callbacks) {}

absl::Status SessionGatherer::Take(const Frame& frame) {
  switch (frame.type) {
    case FrameType::kSession:
      return TakeSession(frame.body);
    case FrameType::kBegin:
      return TakeBegin(frame.body);
    case FrameType::kCase:
      return TakeCase(frame.body);
    case FrameType::kEnd:
      TakeEnd(frame.body);
      return absl::OkStatus();
    case FrameType::kRound:
      TakeRound(frame.body);
      return absl::OkStatus();
    case FrameType::kDone:
      return TakeDone(frame.body);
    case FrameType::kAlive:
      return absl::OkStatus();
    case FrameType::kError:
      return absl::InternalError(frame.body);
    case FrameType::kProfile:
      break;
  }
  return absl::DataLossError("an unknown frame");
}

void SessionGatherer::EndBadly() {
  if (!has_session_) return;
  all_.sessions[session_index_].elapsed_s =
      absl::ToDoubleSeconds(absl::Now() - started_);
}

absl::Status SessionGatherer::TakeSession(const std::string& body) {
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

absl::Status SessionGatherer::TakeBegin(const std::string& name) {
  if (FindNamed(cases_, name) == nullptr || part_.round >= rounds_) {
    return absl::DataLossError(
        "a session process began a case that it was not to run");
  }
  in_flight_ = part_.after = name;
  has_begun_ = true;
  progress_.case_name = name;
  began_ = absl::Now();
  if (callbacks_.on_progress) callbacks_.on_progress(progress_);
  return absl::OkStatus();
}

absl::Status SessionGatherer::TakeCase(const std::string& body) {
  if (!has_session_) return NoSession();
  EB_ASSIGN_OR_RETURN(CaseResult one, ParseCase(body));
  for (Run& run : one.runs) run.session = session_index_;
  return MergeCase(one, all_);
}

void SessionGatherer::TakeEnd(const std::string& name) {
  in_flight_.clear();
  ++progress_.runs_done;
  if (callbacks_.on_run) callbacks_.on_run(name, absl::Now() - began_);
}

void SessionGatherer::TakeRound(const std::string& pace) {
  progress_.round = ++part_.round;
  part_.after.clear();
  TakePace(pace);
}

absl::Status SessionGatherer::TakeDone(const std::string& elapsed_s) {
  if (!has_session_) return NoSession();
  done_ = true;
  (void)absl::SimpleAtod(elapsed_s, &all_.sessions[session_index_].elapsed_s);
  all_.sessions[session_index_].partial = false;
  return absl::OkStatus();
}

void SessionGatherer::TakePace(const std::string& text) {
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

}  // namespace exitbench
