// Where a run is, on a terminal: one line, rewritten.
#ifndef EXITBENCH_CLI_RUN_PROGRESS_LINE_H_
#define EXITBENCH_CLI_RUN_PROGRESS_LINE_H_

#include <cstddef>

#include "absl/time/time.h"
#include "harness/session/orchestrator.h"

namespace exitbench {

// Writes to standard error, and only if `on`.
class ProgressLine {
 public:
  explicit ProgressLine(bool on);
  void Show(const Progress& progress);
  void Clear();
  // The results file now holds `sessions` sessions, whatever comes next.
  void Saved(size_t sessions);

 private:
  bool on_;
  absl::Time started_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_PROGRESS_LINE_H_
