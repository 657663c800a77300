// The decision of `exitbench bisect`: is what was measured now more like the
// good kernel or more like the bad one? No measuring here.
#ifndef EXITBENCH_RESULTS_COMPARE_BISECT_H_
#define EXITBENCH_RESULTS_COMPARE_BISECT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "results/compare/metric_diff.h"
#include "results/sides/side.h"

namespace exitbench {

enum class BisectAnswer { kGood, kBad, kInconclusive };

struct BisectDecision {
  BisectAnswer answer = BisectAnswer::kInconclusive;
  std::string why;  // One line, with the figures.
};

// The metric that tells the good side from the bad one, and where the border
// between them lies.
struct BisectBorder {
  std::string case_name;
  std::string metric;
  std::string code_hash;
  double good = 0;  // Medians of the runs, in the metric's unit.
  double bad = 0;
  double middle = 0;  // Geometric mean of the two; halfway if exact.
  bool exact = false;
};

// `metric` empty: of the case's gating metrics that differ, the one whose
// medians are furthest apart in terms of their intervals' width.
// kFailedPrecondition where good and bad don't differ in this case by one test
// at options.alpha and the threshold (other cases don't matter, so there is no
// correction for them), or the case is missing or not OK in either.
absl::StatusOr<BisectBorder> FindBorder(const Side& good, const Side& bad,
                                        absl::string_view case_name,
                                        absl::string_view metric,
                                        const DiffOptions& options);

// Which side of the border `now` is on. Inconclusive: within `dead_zone` (a
// part, .005 is 0.5%) of the middle, or so near that the runs' own interval
// reaches across it, or the case did not run. `dead_zone` does not matter where
// the border is exact.
BisectDecision Decide(const BisectBorder& border, const Side& now,
                      double dead_zone);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_BISECT_H_
