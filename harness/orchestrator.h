// Runs sessions, each a fresh process of this same binary, and gathers what
// they report.
#ifndef EXITBENCH_HARNESS_ORCHESTRATOR_H_
#define EXITBENCH_HARNESS_ORCHESTRATOR_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cases/catalogue.h"
#include "harness/run_config.h"
#include "results/model.h"

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
};

// Starts `config.sessions` sessions one after another: /proc/self/exe with
// `session_argv` and "--session_index=K" "--session_fd=N" appended.
// `on_progress` is called between runs, `on_session` after each complete
// session, with what there is so far; an error from it ends the run. A session
// that says nothing for several time limits is killed: the case in flight is
// TIMEOUT, later sessions leave it out.
absl::StatusOr<GatheredResults> RunSessions(
    const RunConfig& config, const std::vector<CaseInstance>& cases,
    const std::vector<std::string>& session_argv,
    const std::function<void(const Progress&)>& on_progress,
    const std::function<absl::Status(const Results&)>& on_session);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_ORCHESTRATOR_H_
