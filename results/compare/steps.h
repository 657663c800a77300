// Finds the steps of each case in a row of sides.
//
// A metric is compared with the side at which it last stepped, at first with
// the first side that has it. So many small moves in one direction are found
// like a large one. All comparisons of one side share a correction, as those of
// a diff.
#ifndef EXITBENCH_RESULTS_COMPARE_STEPS_H_
#define EXITBENCH_RESULTS_COMPARE_STEPS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "results/compare/diff.h"
#include "results/sides/compatibility.h"
#include "results/sides/side.h"
#include "results/stats/modes.h"

namespace exitbench {

struct StepCell {
  // Of the case on this side. kUnspecified if the side does not have the case.
  Outcome outcome = Outcome::kUnspecified;
  bool has_value = false;
  double value = 0;  // Median of the runs.
  // Set: the runs lie in two places, and `value` is the centre of neither.
  std::optional<TwoModes> modes;
  // The change against side `base`. kSame for the first side with a value.
  // Without find_unsure kSame and kUnsure both mean "not changed".
  Change change = Change::kSame;
  double ratio = 1;  // If changed.
  // Of `ratio` with the values of this side and `base`.
  Disagreement disagreement = Disagreement::kNone;
  bool exact = false;
  size_t base = 0;  // Index of the side at which the metric last stepped.
  // FAILED or TIMEOUT, and was neither on the last side that has the case.
  bool newly_failing = false;
  // Counted in Steps::lost or Steps::lost_metrics.
  bool lost = false;
  // Of Steps::against_first: whether `change` and `ratio` are known.
  bool compared = false;
};

// One metric of one case.
struct StepRow {
  std::string case_name;
  std::string metric;
  Unit unit = Unit::kUnspecified;
  std::vector<StepCell> cells;  // One per side.
};

struct Steps {
  std::vector<SideFacts> sides;
  // The first side is a baseline, and each other is compared with it: see
  // baseline.h. There are no steps then.
  bool against_first = false;
  // Why it is, to be shown to the user. Empty if the user asked for it.
  std::string why_against_first;
  Tick tick = Tick::kUnspecified;
  // Of each side to the first one. Without notes.
  std::vector<std::vector<Difference>> differences;
  bool refused = false;  // Some hosts are unlike; nothing was compared.
  bool forced = false;   // Some hosts are unlike; compared with --force.
  // Grouped by case, in the order in which cases first appear.
  std::vector<StepRow> rows;
  size_t worse = 0;  // Steps.
  size_t better = 0;
  size_t newly_failing = 0;  // Cases, each time they begin to fail.
  // Cases, each time they are newly skipped, removed, or of another payload.
  // See DiffCounts::lost.
  size_t lost = 0;
  // Metrics, each time a case continues without them or in another unit.
  size_t lost_metrics = 0;
  bool has_unsure = false;  // Whether `unsure` is known: see FindSteps().
  size_t unsure = 0;        // Cells shown to be neither changed nor the same.
  std::vector<std::string> warnings;  // See side_warnings.h.
};

// Finds the steps in `sides`, two or more, in the order in which they are
// shown. `find_unsure` also separates kSame from kUnsure, which is most of the
// work.
Steps FindSteps(const std::vector<Side>& sides, const DiffOptions& options,
                bool find_unsure = false);

// What follows is shared with baseline.h.

// Sets sides, differences, refused and forced.
void CompareHostsOfAll(const std::vector<Side>& sides,
                       const DiffOptions& options, Steps& steps);

// Groups the rows by case.
void SortByCase(Steps& steps);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_STEPS_H_
