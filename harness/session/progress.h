// What a measurement tells its caller while it runs.
#ifndef EXITBENCH_HARNESS_SESSION_PROGRESS_H_
#define EXITBENCH_HARNESS_SESSION_PROGRESS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "results/model/model.h"

namespace exitbench {

// How far all sessions are, for whoever shows progress.
struct Progress {
  uint32_t session = 0;
  uint32_t round = 0;
  uint32_t runs_done = 0;
  uint32_t runs_in_all = 0;
  std::string case_name;
};

// Called between runs. Each may be empty.
struct RunCallbacks {
  std::function<void(const Progress&)> on_progress;
  // After each run of a case, with the time that it and its reruns took.
  std::function<void(const std::string& case_name, absl::Duration)> on_run;
  // After each session, with all results so far. It may put the cases in
  // another order. An error ends the measurement.
  std::function<absl::Status(Results&)> on_session;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_SESSION_PROGRESS_H_
