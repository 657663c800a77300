// Shows the progress of `run` on a terminal, in one line.
#ifndef EXITBENCH_CLI_RUN_PROGRESS_LINE_H_
#define EXITBENCH_CLI_RUN_PROGRESS_LINE_H_

#include <cstddef>

#include "absl/time/time.h"
#include "harness/session/progress.h"

namespace exitbench {

// Writes to standard error if `on`.
class ProgressLine {
 public:
  explicit ProgressLine(bool on);
  void Show(const Progress& progress);
  void Clear();
  // Reports that the results file now holds `sessions` sessions.
  void Saved(size_t sessions);

 private:
  bool on_;
  absl::Time started_;
};

}  // namespace exitbench

#endif  // EXITBENCH_CLI_RUN_PROGRESS_LINE_H_
