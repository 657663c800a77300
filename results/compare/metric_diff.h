// Compares one metric of one case between two sides. All comparisons of a diff
// are a family, which shares one correction for the number of tests.
#ifndef EXITBENCH_RESULTS_COMPARE_METRIC_DIFF_H_
#define EXITBENCH_RESULTS_COMPARE_METRIC_DIFF_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "results/boots/boot_variation.h"
#include "results/boots/session_variation.h"
#include "results/model/model.h"
#include "results/sides/side.h"
#include "results/stats/modes.h"
#include "results/stats/rank_statistics.h"

namespace exitbench {

struct DiffOptions {
  double threshold = .02;  // The least change that matters; .02 is 2%.
  double alpha = .05;      // Chance of any false alarm in a whole diff.
  bool force = false;      // Compare unlike hosts.
  // From a calibration file. Not owned. If null, the boot variance is estimated
  // from the sides, if these have several boots.
  const BootVariation* boot_variation = nullptr;
};

// How a metric changed from the baseline to the candidate.
enum class Change {
  kSame,  // The change is shown to be smaller than the threshold.
  kBetter,
  kWorse,
  kUnsure,         // None of these is shown.
  kAdded,          // Only the candidate has the metric.
  kRemoved,        // Only the baseline has it.
  kNotComparable,  // The unit or the direction differs.
};

// The centre and spread of the runs of one side.
struct Centre {
  double value = 0;   // The median, in the metric's unit.
  double spread = 0;  // Half the interquartile range, as a part of `value`.
  size_t runs = 0;
  // Set: they lie in two places, and `value` is the centre of neither.
  std::optional<TwoModes> modes;
};

// Why the change visibly disagrees with the two centres: it is estimated from
// all runs, see MetricDiff::ratio, and they are the medians.
enum class Disagreement {
  kNone,
  kDrift,      // What neighbouring sessions have in common is taken off.
  kTwoPlaces,  // The runs of a side lie in two places.
  kSkewed,     // The runs of a side are skewed.
};

// Returns whether a reader would see that `ratio` is not that of the centres:
// the two differ by 1% or more, and by more than half of the larger change, in
// percent or in logarithms.
bool VisiblyDisagrees(const Centre& baseline, const Centre& candidate,
                      double ratio);

struct MetricDiff {
  std::string metric;
  Unit unit = Unit::kUnspecified;
  Direction direction = Direction::kUnspecified;
  Centre baseline;
  Centre candidate;
  // The runs tell by themselves: compared without a test, so without p and
  // interval.
  bool exact = false;
  // Candidate / baseline with its 95% interval, which includes the boot and
  // session variance if they are known. The bounds are infinite if there are
  // too few runs. All three are NaN if the baseline is not above 0.
  double ratio = 1;
  double ratio_low = 1;
  double ratio_high = 1;
  Disagreement disagreement = Disagreement::kNone;
  double p = 1;           // Of this test alone.
  double p_adjusted = 1;  // Corrected for all tests of the diff.
  // The least |ratio - 1| that is called a change in that direction.
  double margin = 0;
  Change change = Change::kUnsure;
  // If unsure: how many runs a side would probably settle it. 0 if no practical
  // number would.
  size_t runs_to_settle = 0;
};

// Returns true for all but kSame and kUnsure.
bool IsChanged(Change change);

// Compares metrics and corrects for the number of tests.
//
// A metric is better or worse if p_adjusted <= alpha and |ratio - 1| is at
// least the margin. The margin is the threshold, or what the noise of the runs
// (and of sessions and boots, if known) could make at alpha if that is more. A
// metric is the same if its whole interval lies within the threshold. The test
// assumes no distribution, but trusts few runs a little too easily. The margin
// assumes one, but does not trust few runs so easily. A simulation
// (diff_simulation_test) holds both together to at most one diff in 50 with a
// false alarm.
//
// Counts are metrics of Direction::kExact, and all metrics of a host that
// counts instructions. They are compared without a test where their runs tell
// by themselves. A count changed if the runs of the two sides lie far apart for
// what either side's runs span (spans.h), and further than what is known of the
// boots. It is the same if the runs of both sides repeat within the threshold,
// and their medians differ by less. More of a count is worse. All else is
// tested.
//
// Times by the kernel's own clock (Unit::kNs) are no counts, also where a tick
// is an instruction: that clock's rate is calibrated at boot and its steps are
// coarse, so equal work may differ by a few of them. There the same rule is
// used with the threshold as the least change. 0 in all runs of both sides is
// the same on any host.
//
// With a side that is only --quick nothing is better, worse or the same, except
// exact counts of instructions: a short run counts the same as a long one.
class TestFamily {
 public:
  // All pointers and references must outlive the family. `tick` is that of all
  // sides. `within` is VariationWithin() of the sides, or null. It is used if
  // there is no calibration file, for series with two or more boots each. All
  // others use `sessions`, if not null: the variance of boots includes that of
  // their sessions. `only_changes` leaves metrics that are not changed kUnsure
  // and without a ratio. This saves most of the work of a table of many sides.
  TestFamily(const DiffOptions& options, Tick tick, RankTester& tester,
             const BootVariation* within = nullptr,
             const SessionVariation* sessions = nullptr,
             bool only_changes = false)
      : options_(options),
        tick_(tick),
        tester_(tester),
        within_(within),
        sessions_(sessions),
        only_changes_(only_changes) {}

  // Compares metric `b` of `candidate` with metric `a` of `baseline`. Finish()
  // completes `diff`. `diff` and both series must live until then.
  void Add(absl::string_view case_name, const Side& baseline, const Series& a,
           const Side& candidate, const Series& b, MetricDiff& diff);

  // Corrects for the number of tests and sets every change.
  void Finish();

  size_t tests() const { return pending_.size(); }

 private:
  struct Pending {
    MetricDiff* diff;
    double run_variance;   // Of the log ratio, with that of the sessions.
    double boot_variance;  // Of the log ratio; 0 if unknown.
    bool can_judge;
    bool has_logs;
    double shift;  // Candidate less baseline; of logarithms if it has them.
  };

  // What all tests of a family share.
  struct Corrected {
    double z;           // The normal quantile of alpha / tests.
    size_t least_runs;  // LeastRuns() of the tests.
  };

  // Returns the boot variance of the log ratio; 0 if unknown.
  double BootVariance(absl::string_view case_name, const Series& a,
                      const Series& b) const;
  SessionEffect EffectOfSessions(absl::string_view case_name, const Series& a,
                                 const Series& b) const;
  void Judge(const Pending& pending, double p_adjusted,
             const Corrected& corrected) const;
  size_t RunsToSettle(const Pending& pending, double change,
                      const Corrected& corrected) const;

  const DiffOptions& options_;
  const Tick tick_;
  RankTester& tester_;
  const BootVariation* const within_;
  const SessionVariation* const sessions_;
  const bool only_changes_;
  std::vector<Pending> pending_;
};

// Returns the fewest runs a side with which one of `tests` can reach `alpha`.
size_t LeastRuns(size_t tests, double alpha);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_METRIC_DIFF_H_
