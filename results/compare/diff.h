// The comparison of two sides: every case, every gating metric, one verdict
// each.
#ifndef EXITBENCH_RESULTS_COMPARE_DIFF_H_
#define EXITBENCH_RESULTS_COMPARE_DIFF_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "results/compare/metric_diff.h"
#include "results/sides/compatibility.h"
#include "results/sides/side.h"

namespace exitbench {

// What became of a case as such.
enum class CaseChange {
  kCompared,      // OK on both sides: see its metrics.
  kAdded,         // Only NEW has it.
  kRemoved,       // Only OLD has it.
  kNewlyFailing,  // FAILED or TIMEOUT, and was neither.
  kNewlySkipped,  // SKIPPED, and was not.
  kRecovered,     // OK, and was not.
  kStillFailing,  // FAILED or TIMEOUT on both sides.
  kNotRun,        // SKIPPED on both sides.
  kOtherPayload,  // Same name, other payload: never compared.
};

struct CaseDiff {
  std::string name;
  CaseChange change = CaseChange::kCompared;
  Outcome from = Outcome::kUnspecified;
  Outcome to = Outcome::kUnspecified;
  std::string reason;               // NEW's, where its outcome is not OK.
  std::vector<MetricDiff> metrics;  // Of kCompared only.
};

struct DiffCounts {
  size_t better = 0;  // Metrics.
  size_t worse = 0;
  size_t same = 0;
  size_t unsure = 0;
  // Of compared cases: only OLD has it, or its unit is another.
  size_t lost_metrics = 0;
  size_t newly_failing = 0;  // Cases, as what follows.
  size_t recovered = 0;
  // Newly skipped, removed or of another payload: NEW gives no verdict on what
  // OLD had.
  size_t lost = 0;
  size_t added = 0;
};

// What a report says of a side.
struct SideFacts {
  std::string label;
  std::string kernel;
  std::string backend;
  std::string cpu;
  std::string compiler;  // Of the kernel; empty: not known.
  size_t sessions = 0;   // Those that count: see Side.
  size_t boots = 0;
};

struct Diff {
  SideFacts from;
  SideFacts to;
  Tick tick = Tick::kUnspecified;
  double alpha = 0;
  double threshold = 0;
  std::vector<Difference> differences;
  std::vector<std::string> warnings;
  // Set: the hosts are unlike, and nothing was compared.
  bool refused = false;
  // Set: the hosts are unlike, and were compared all the same.
  bool forced = false;
  size_t tests = 0;       // Corrected for together.
  size_t least_runs = 0;  // A side, with which any of them can be found.
  // Median over `shift_cases` cases of NEW / OLD (of OLD / NEW for rates): what
  // all cases have in common. Never taken off.
  double common_shift = 1;
  size_t shift_cases = 0;
  std::vector<CaseDiff> cases;  // In OLD's order, then those added.
  DiffCounts counts;
};

// A common shift is looked for among this many cases or more, and worth a
// warning beyond kLargeShift.
inline constexpr size_t kLeastShiftCases = 5;
inline constexpr double kLargeShift = .01;

// `options.boot_variation`, where there is one, must be of a host like these:
// see CheckCalibration.
Diff CompareSides(const Side& from, const Side& to, const DiffOptions& options);

// Whether `variation` was measured on such a host; the message says what
// differs. The kernel may be another.
absl::Status CheckCalibration(const BootVariation& variation, const Side& side);

SideFacts FactsOfSide(const Side& side);

// FAILED or TIMEOUT.
bool IsFailing(Outcome outcome);

// What becomes of a case from one side's outcome to the other's. Null: that
// side does not have it; one of the two has.
CaseChange ChangeOfCase(const SideCase* from, const SideCase* to);

}  // namespace exitbench

#endif  // EXITBENCH_RESULTS_COMPARE_DIFF_H_
