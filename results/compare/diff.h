// The comparison of two sides: one change for every gating metric of every
// case.
//
// The baseline is OLD on the command line, the candidate is NEW.
#ifndef EXITBENCH_RESULTS_COMPARE_DIFF_H_
#define EXITBENCH_RESULTS_COMPARE_DIFF_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "results/boots/session_variation.h"
#include "results/compare/metric_diff.h"
#include "results/sides/compatibility.h"
#include "results/sides/labels.h"
#include "results/sides/side.h"
#include "results/sides/uncounted_mitigations.h"

namespace exitbench {

// What became of a case as a whole.
enum class CaseChange {
  kCompared,      // OK on both sides: see its metrics.
  kAdded,         // Only the candidate has it.
  kRemoved,       // Only the baseline has it.
  kNewlyFailing,  // FAILED or TIMEOUT, and was neither.
  kNewlySkipped,  // SKIPPED, and was not.
  kRecovered,     // OK, and was not.
  kStillFailing,  // FAILED or TIMEOUT on both sides.
  kNotRun,        // SKIPPED on both sides.
  kOtherPayload,  // Same name, another payload: never compared.
};

struct CaseDiff {
  std::string name;
  CaseChange change = CaseChange::kCompared;
  Outcome baseline = Outcome::kUnspecified;
  Outcome candidate = Outcome::kUnspecified;
  std::string reason;               // Of a candidate that is not OK.
  std::vector<MetricDiff> metrics;  // If kCompared.
};

struct DiffCounts {
  size_t better = 0;  // Metrics.
  size_t worse = 0;
  size_t same = 0;
  size_t unsure = 0;
  // Metrics of compared cases that the candidate lacks or has in another unit.
  size_t lost_metrics = 0;
  size_t newly_failing = 0;  // Cases, as all that follow.
  size_t recovered = 0;
  // Newly skipped, removed, or of another payload: no longer comparable.
  size_t lost = 0;
  size_t added = 0;
};

// What a report says about a side.
struct SideFacts {
  std::string label;
  std::string name;           // SideLabels::labels.
  std::string beside_kernel;  // SideLabels::beside_kernel.
  std::string kernel;
  std::string backend;
  std::string cpu;
  std::string compiler;  // Of the kernel; empty if unknown.
  size_t sessions = 0;   // Side::used_sessions.
  size_t boots = 0;
};

struct Diff {
  SideFacts baseline;
  SideFacts candidate;
  // SettingsChanged() of two sides of one kernel. Empty for others.
  std::string settings_changed;
  Tick tick = Tick::kUnspecified;
  double alpha = 0;
  double threshold = 0;
  std::vector<Difference> differences;
  std::vector<std::string> warnings;
  std::vector<UncountedMitigation> uncounted;  // Also in the warnings.
  bool refused = false;  // The hosts are unlike; nothing was compared.
  bool forced =
      false;         // The hosts are unlike; they were compared with --force.
  size_t tests = 0;  // The number of tests that the correction is for.
  size_t least_runs = 0;  // The fewest runs a side that can show any change.
  // The median over `shift_cases` cases of candidate / baseline, or of baseline
  // / candidate for rates. It is what all cases have in common. Never
  // subtracted.
  double common_shift = 1;
  size_t shift_cases = 0;
  std::optional<SessionNoise> session_noise;
  std::vector<CaseDiff> cases;  // In the baseline's order, then the added ones.
  DiffCounts counts;
};

// A common shift needs this many cases. It is warned of beyond kLargeShift.
inline constexpr size_t kLeastShiftCases = 5;
inline constexpr double kLargeShift = .01;

// Compares two sides. options.boot_variation, if set, must pass
// CheckBootVariation().
Diff CompareSides(const Side& baseline, const Side& candidate,
                  const DiffOptions& options);

// Checks that `variation` was measured on a host like that of `side`. The
// kernel may differ. kFailedPrecondition says what else differs.
absl::Status CheckBootVariation(const BootVariation& variation,
                                const Side& side);

// Returns what a report says about side `index` of those of `labels`.
SideFacts FactsOfSide(const Side& side, const SideLabels& labels, size_t index);

// Returns true for FAILED and TIMEOUT.
bool IsFailing(Outcome outcome);

// Returns what became of a case. Null if a side does not have it; at most one
// of the two is null.
CaseChange ChangeOfCase(const SideCase* baseline, const SideCase* candidate);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_DIFF_H_
