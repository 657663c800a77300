// Runs sessions, each a fresh process of this same binary, and gathers what
// they report.
#ifndef EXITBENCH_HARNESS_SESSION_ORCHESTRATOR_H_
#define EXITBENCH_HARNESS_SESSION_ORCHESTRATOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cases/catalogue/catalogue.h"
#include "harness/settings/run_config.h"
#include "results/model/model.h"

namespace exitbench {

// Where a run is, for whoever shows progress.
struct Progress {
  uint32_t session = 0;
  uint32_t round = 0;
  uint32_t runs_done = 0;
  uint32_t runs_in_all = 0;
  std::string case_name;
};

struct GatheredResults {
  Results results;
  int stop_signal = 0;  // SIGINT or SIGTERM if one ended the run early.
  // config.deadline ended it early; what is there is complete in itself.
  bool out_of_time = false;
};

// Called between runs. All may be empty.
struct RunCallbacks {
  std::function<void(const Progress&)> on_progress;
  // A case's run, with its reruns, took so long.
  std::function<void(const std::string& case_name, absl::Duration)> on_run;
  // After each session, with all there is so far, whose cases it may put in
  // another order; an error ends the run.
  std::function<absl::Status(Results&)> on_session;
};

// Starts `config.sessions` sessions of `cases`, which `config` selects, one
// after another: /proc/self/exe as "exitbench session --session_fd=N
// --session_task=TASK", the task being WriteTask()'s.
//
// A session process that dies, or says nothing for several time limits and is
// killed, loses the case in flight, which is FAILED or TIMEOUT and not run
// again. Another process goes on behind it, as a session of its own beside the
// one that ended, which is partial. Two in a row that end before they have
// begun a case are an error. After SIGINT or SIGTERM, or at config.deadline, a
// session has one time limit to end. on_session is also called with what a
// session told before it died or hung.
absl::StatusOr<GatheredResults> RunSessions(
    const RunConfig& config, const std::vector<CaseInstance>& cases,
    const RunCallbacks& callbacks);

// What ended a session process, by waitpid()'s status: "was killed by signal
// 9". Without one it is still there, and its pipe is not.
std::string DescribeEnd(std::optional<int> wait_status);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_ORCHESTRATOR_H_
