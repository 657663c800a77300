// The decision of `exitbench bisect`: whether a new measurement is like the
// good kernel or like the bad one. Nothing is measured here.
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

// The metric that tells good from bad, and the border between the two.
struct BisectBorder {
  std::string case_name;
  std::string metric;
  std::string code_hash;
  double good = 0;  // Medians of the runs, in the metric's unit.
  double bad = 0;
  double middle = 0;   // The border: their geometric mean; halfway if exact.
  bool exact = false;  // Compared as exact counts: see TestFamily.
};

// Finds the border in `metric` of the case. If `metric` is empty, takes the
// gating metric in which good and bad are furthest apart, in widths of the
// interval.
// kFailedPrecondition: good and bad do not differ in this case, or the case is
// missing or not OK in either. They differ if one test says so, at
// options.alpha and options.threshold. There is no correction for other cases.
absl::StatusOr<BisectBorder> FindBorder(const Side& good, const Side& bad,
                                        absl::string_view case_name,
                                        absl::string_view metric,
                                        const DiffOptions& options);

// Returns whether `now` is like good or like bad. Inconclusive if the case did
// not run, if `now` lies within `dead_zone` of the middle (.005 is 0.5%), or if
// the interval of its runs contains the middle. Exact borders have no dead
// zone.
BisectDecision Decide(const BisectBorder& border, const Side& now,
                      double dead_zone);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_BISECT_H_
