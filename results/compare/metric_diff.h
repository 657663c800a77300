// One metric of one case, compared between two sides; and the family of such
// comparisons that share one correction for how many they are.
#ifndef EXITBENCH_RESULTS_COMPARE_METRIC_DIFF_H_
#define EXITBENCH_RESULTS_COMPARE_METRIC_DIFF_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/compare/boot_variation.h"
#include "results/model/model.h"
#include "results/sides/side.h"
#include "results/stats/rank_statistics.h"

namespace exitbench {

struct DiffOptions {
  double threshold = .02;  // The least change that counts, as a part of OLD.
  double alpha = .05;      // Chance of any false alarm in a whole diff.
  bool force = false;      // Compare unlike hosts.
  // Not owned; a calibration. Null: boot-to-boot variation is known only from
  // the sides, where these have several boots.
  const BootVariation* boot_variation = nullptr;
};

// Where a metric stands against OLD.
enum class Change {
  kSame,  // Any change is shown to be smaller than the threshold.
  kBetter,
  kWorse,
  kUnsure,         // None of these is shown.
  kAdded,          // Only NEW has the metric.
  kRemoved,        // Only OLD has it.
  kNotComparable,  // The unit or direction is another.
};

// The runs of one side.
struct Centre {
  double value = 0;   // Their median, in the metric's unit.
  double spread = 0;  // Half their interquartile range, as a part of `value`.
  size_t runs = 0;
};

struct MetricDiff {
  std::string metric;
  Unit unit = Unit::kUnspecified;
  Direction direction = Direction::kUnspecified;
  Centre from;
  Centre to;
  // Counted, and the runs tell by themselves: no p and no interval.
  bool exact = false;
  // NEW / OLD and its 95% interval: boots are in it where their variation is
  // known. Bounds are infinite where the runs are too few for an interval, and
  // all are NaN where OLD is not above 0.
  double ratio = 1;
  double ratio_low = 1;
  double ratio_high = 1;
  double p = 1;           // Of this test alone.
  double p_adjusted = 1;  // With all tests of the diff.
  double margin = 0;      // The least |ratio - 1| that can be called a change.
  Change change = Change::kUnsure;
  // Where unsure: how many runs a side would likely settle it; 0: no number
  // would, the change lies too near the margin, or too much is unknown.
  size_t runs_to_settle = 0;
};

// True for kAdded, kRemoved, kBetter, kWorse, kNotComparable.
bool IsChanged(Change change);

// A metric is better or worse where the corrected test says so (p_adjusted <=
// alpha) and the ratio is off by the margin or more: the threshold, or what the
// noise of the runs, and of the boots if known, could make at alpha if that is
// more. It is the same where the whole interval lies within the threshold. The
// test knows no distribution but trusts few runs a little too easily, the
// margin the other way round; a simulation (diff_simulation_test) holds both to
// at most one diff in 50 with a false alarm.
//
// Exact comparison: what is counted (Direction::kExact, and everything on a
// host that counts instructions) is changed where the runs of the two sides lie
// far apart for what either side's runs span (spans.h), and further than what
// is known of the boots. It is the same where the runs repeat within the
// threshold and their medians differ by less. More of a count is worse.
// Everything else is tested.
//
// A side that is only --quick gets no verdict, but for exact ones where a tick
// is an instruction: there a short run counts the same as a long one. On other
// hosts a quick side's counts are shown, and unsure.
class TestFamily {
 public:
  // What is passed by pointer or reference outlives it. `tick`: of all sides.
  // `within`: VariationWithin() of the sides, taken where there is no
  // calibration, between series that have two boots or more each; may be null.
  // `only_changes`: what can't turn out to be a change is left kUnsure, without
  // a ratio: for tables of many sides, where the intervals of the others would
  // be most of the work.
  TestFamily(const DiffOptions& options, Tick tick, RankTester& tester,
             const BootVariation* within = nullptr, bool only_changes = false)
      : options_(options),
        tick_(tick),
        tester_(tester),
        within_(within),
        only_changes_(only_changes) {}

  // Compares metric `b` of side `to` with `a` of side `from`. `diff` is written
  // now and completed by Finish(): it and the series must stay until then.
  void Add(absl::string_view case_name, const Side& from, const Series& a,
           const Side& to, const Series& b, MetricDiff& diff);

  // Corrects for all tests added and judges them.
  void Finish();

  size_t tests() const { return pending_.size(); }

 private:
  struct Pending {
    MetricDiff* diff;
    double run_variance;   // Of the log ratio.
    double boot_variance;  // The same; 0 where it is not known.
    bool can_judge;
    double shift;  // NEW less OLD.
  };

  // What all judgements of a family share.
  struct Corrected {
    double z;           // The normal quantile of alpha among all tests.
    size_t least_runs;  // LeastRuns() of them.
  };

  // Of the log ratio, by the boots of both; 0 where it is not known.
  double BootVariance(absl::string_view case_name, const Series& a,
                      const Series& b) const;
  void Judge(const Pending& pending, double p_adjusted,
             const Corrected& corrected) const;
  size_t RunsToSettle(const Pending& pending, double change,
                      const Corrected& corrected) const;

  const DiffOptions& options_;
  const Tick tick_;
  RankTester& tester_;
  const BootVariation* const within_;
  const bool only_changes_;
  std::vector<Pending> pending_;
};

// The fewest runs a side with which one of `tests` can reach `alpha`.
size_t LeastRuns(size_t tests, double alpha);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_METRIC_DIFF_H_
