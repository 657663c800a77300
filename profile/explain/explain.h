// The cycles of a host, explained by what an emulated host of the same kernel
// executed: a cost for each instruction, for each VM entry, and for what takes
// long on hardware. robust_fit.h has the method.
#ifndef EXITBENCH_PROFILE_EXPLAIN_EXPLAIN_H_
#define EXITBENCH_PROFILE_EXPLAIN_EXPLAIN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "profile/explain/robust_fit.h"
#include "profile/model/interval.h"
#include "profile/model/profile.h"
#include "results/model/model.h"
#include "results/sides/side.h"

namespace exitbench {

// There is no model of fewer cases.
inline constexpr size_t kLeastCases = 10;
// Each case is left out once, so the time is quadratic.
inline constexpr size_t kMostCases = 1000;
// On a host that counts instructions the cost of one is 1, as far as profiles
// are exact.
inline constexpr double kUnitTolerance = .005;

struct ModelTerm {
  absl::string_view name;  // "instruction", "VM entry", "LFENCE".
  Screened screened;
  // If it is in the model: what one costs, in ticks, and the 95% interval.
  double cost = 0;
  Interval interval;
};

struct ExplainedCase {
  std::string name;
  std::string metric;
  std::vector<double> counts;  // By term, also of those that are dropped.
  size_t runs = 0;
  double measured = 0;  // The median of the runs, in ticks per event.
  double spread = 0;    // Half their interquartile range, as a part of it.
  // If there is a model. Residuals are as in robust_fit.h.
  double predicted = 0;
  double residual = 0;
  double by_others = 0;  // The residual to the fit of all other cases.
  bool holds = true;     // It has weight in the fit.
};

enum class LeftOutFor {
  kRefused,    // There is no profile.
  kIdle,       // The same: the host idled.
  kNotOk,      // It was not measured.
  kMetric,     // The metric that the profile explains was not measured.
  kNoKernel,   // No instruction of the kernel is in it.
  kOtherPath,  // It exits less often than in the profile.
  kNoProfile,  // The profile does not have it.
  kNoResult,   // The results do not have it.
};
inline constexpr int kLeftOutReasons = 8;

struct LeftOutCase {
  std::string name;
  LeftOutFor reason = LeftOutFor::kRefused;
  std::string detail;  // May be empty.
};

struct Explanation {
  std::vector<ModelTerm> terms;
  std::vector<ExplainedCase> cases;
  std::vector<size_t> by_residual;  // Indices, by its size, falling.
  std::vector<LeftOutCase> left_out;
  std::string no_model;  // Why there is none; empty if there is.
  double sigma = 0;
  double r_squared = 0;        // Of all cases, in ticks, without weights.
  double median_residual = 0;  // Medians of absolute residuals.
  double median_by_others = 0;
  double median_by_mean = 0;
  size_t closer_than_mean = 0;  // Cases that, left out, are nearer to the model
                                // than to the mean.
  bool counts_instructions = false;
  bool unit_holds = false;  // If so: the cost of an instruction is 1.
};

// Returns why `profile` does not explain `results`: a clause for each reason,
// none if it does.
std::vector<std::string> Mismatches(const Side& results,
                                    const Profile& profile);

// Explains the cases that both have, whatever Mismatches() are. The profile is
// of a trace. With `selected` it has only the cases that were asked for: others
// are not said to be left out.
Explanation Explain(const Side& results, const Profile& profile, bool selected);

}  // namespace exitbench

#endif  // EXITBENCH_PROFILE_EXPLAIN_EXPLAIN_H_
