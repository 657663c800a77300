// Gathers what one session reports.
#ifndef EXITBENCH_HARNESS_SESSION_SESSION_GATHERER_H_
#define EXITBENCH_HARNESS_SESSION_SESSION_GATHERER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "harness/plan/round_order.h"
#include "harness/session/frame_taker.h"
#include "harness/session/frames.h"
#include "harness/session/progress.h"
#include "harness/settings/run_config.h"
#include "results/model/model.h"

namespace exitbench {

// Gathers the frames of one session process. A guest may have taken it over, so
// nothing that it says is trusted.
class SessionGatherer : public FrameTaker {
 public:
  // Adds the session, which is to run `part` of `cases`, to `all`. All
  // references outlive it.
  SessionGatherer(const std::vector<CaseInstance>& cases,
                  const RunConfig& config, const SessionPart& part,
                  Results& all, Progress& progress,
                  const RunCallbacks& callbacks);

  absl::Status Take(const Frame& frame) override;

  // Whether the process has begun any case.
  bool has_begun() const { return has_begun_; }
  // The part of the session that is left if the process ends now.
  const SessionPart& part() const { return part_; }
  // The pace after the last round, as text. Empty: there is no budget.
  const std::string& pace() const { return pace_; }
  // Notes the time of a session whose process died or hung. It stays partial.
  void EndBadly();

 private:
  absl::Status TakeSession(const std::string& body);
  absl::Status TakeBegin(const std::string& name);
  absl::Status TakeCase(const std::string& body);
  void TakeEnd(const std::string& name);
  void TakeRound(const std::string& pace);
  absl::Status TakeDone(const std::string& elapsed_s);
  // Takes the pace that a session reports, unless it is another's.
  void TakePace(const std::string& text);

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
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_SESSION_GATHERER_H_
