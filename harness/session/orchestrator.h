// Runs sessions, each in a fresh process of this binary, and gathers what they
// report.
#ifndef EXITBENCH_HARNESS_SESSION_ORCHESTRATOR_H_
#define EXITBENCH_HARNESS_SESSION_ORCHESTRATOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cases/catalogue/catalogue.h"
#include "harness/session/progress.h"
#include "harness/settings/run_config.h"
#include "profile/model/profile.h"
#include "results/model/model.h"

namespace exitbench {

struct GatheredResults {
  Results results;
  int stop_signal = 0;  // SIGINT or SIGTERM if one ended it early.
  // config.deadline ended it early. What is there is complete.
  bool out_of_time = false;
  // Of the cases that are OK, if config.profile_time asks for it.
  Profile profile;
  // Results have metrics of hardware events from there.
  bool counted = false;
  // Why the profile is not of all of them. Empty: it is.
  std::string profile_cut;
  // Why exits of some cases were not counted by reason, though this host can.
  // Empty: they were.
  std::string reasons_cut;
};

// Runs `config.sessions` sessions of `cases`, which `config` selects, one after
// another. Each is /proc/self/exe, started as "exitbench session --session_fd=N
// --session_task=TASK" with the text of WriteTask().
//
// A session process that is silent for several time limits is killed. If one
// dies or is killed, the case that it was in is FAILED or TIMEOUT and is not
// run again. Its session stays partial, and another process goes on after that
// case as a session of its own. It is an error if two in a row end before they
// begin a case. on_session is called also with what such a session reported.
//
// After SIGINT or SIGTERM, or at config.deadline, a session has one time limit
// to end.
//
// With config.exit_reasons one more process, which is no session, runs cases
// again whose proof lacks the reason of their exits, and counts exits by
// reason. What it finds is added to their proof. There is no such process if
// nothing lacks a reason.
//
// With config.profile_time one more process, which is no session, profiles the
// cases that are OK. on_session is called once more after each of the two. What
// goes wrong there only cuts what they add.
absl::StatusOr<GatheredResults> RunSessions(
    const RunConfig& config, const std::vector<CaseInstance>& cases,
    const RunCallbacks& callbacks);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_ORCHESTRATOR_H_
