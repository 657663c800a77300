// Many sides in a row: where did each case step?
//
// A metric is compared not with the side before but with the side at which it
// last stepped (the first one to begin with), so that many small moves one way
// are noticed as well as one large one. Each side's comparisons are corrected
// for together, as one diff.
#ifndef EXITBENCH_RESULTS_COMPARE_STEPS_H_
#define EXITBENCH_RESULTS_COMPARE_STEPS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "results/compare/diff.h"
#include "results/sides/compatibility.h"
#include "results/sides/side.h"

namespace exitbench {

struct StepCell {
  Outcome outcome = Outcome::kUnspecified;  // Of the case on this side;
                                            // kUnspecified: it has none.
  bool has_value = false;
  double value = 0;  // Median of the runs.
  // Against side `base`. Unless all verdicts were asked for only whether it is
  // changed, and the others of Change mean no more than that it is not. Never
  // changed for the first with a value.
  Change change = Change::kSame;
  double ratio = 1;  // Where changed.
  bool exact = false;
  size_t base = 0;
  // FAILED or TIMEOUT here, and neither on the last side before that has the
  // case.
  bool newly_failing = false;
  // OLD of a diff with the side before would have a verdict here, and this side
  // has none: see Steps::lost and lost_metrics.
  bool lost = false;
};

struct StepRow {
  std::string case_name;
  std::string metric;
  Unit unit = Unit::kUnspecified;
  std::vector<StepCell> cells;  // One per side.
};

struct Steps {
  std::vector<SideFacts> sides;
  Tick tick = Tick::kUnspecified;
  // Of each side against the first. Notes are left out.
  std::vector<std::vector<Difference>> differences;
  bool refused = false;  // Some are unlike; nothing was compared.
  bool forced = false;
  std::vector<StepRow>
      rows;          // By case, in the order in which the sides bring them.
  size_t worse = 0;  // Steps.
  size_t better = 0;
  size_t newly_failing = 0;  // Cases, each time they begin to.
  // Cases, each time they are newly skipped, removed, or of another payload
  // than before: as DiffCounts::lost of two sides.
  size_t lost = 0;
  // Metrics, each time a case goes on without them or in another unit.
  size_t lost_metrics = 0;
  // Cells that are shown neither changed nor the same. Known only if all
  // verdicts were asked for.
  bool has_unsure = false;
  size_t unsure = 0;
  std::vector<std::string> warnings;  // See side_warnings.h.
};

// `sides`: two or more, in the order in which they are shown. `all_verdicts`:
// tell the same from the unsure, which is most of the work.
Steps FindSteps(const std::vector<Side>& sides, const DiffOptions& options,
                bool all_verdicts = false);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_STEPS_H_
