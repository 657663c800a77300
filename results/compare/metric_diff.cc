#include "results/compare/metric_diff.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "results/boots/diff_boots.h"
#include "results/compare/spans.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

constexpr double kConfidence = .95;
constexpr double kConfidenceZ = 1.96;
// For the number of runs needed: a change is found four times out of five.
constexpr double kPowerZ = .8416;
// More runs than this are not practical.
constexpr double kMostRuns = 1000;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// Boots that differ by so many deviations are not expected.
constexpr double kBootDeviations = 4;
// A logarithm. Less is not seen, or taken for rounding.
constexpr double kVisible = .01;

Centre CentreOf(const std::vector<double>& values, const Span& runs) {
  Centre centre;
  centre.runs = runs.runs;
  centre.value = runs.median;
  centre.modes = FindTwoModes(values);
  if (centre.value > 0) {
    std::vector<double> sorted = values;
    std::sort(sorted.begin(), sorted.end());
    const double iqr = Quantile(sorted, .75) - Quantile(sorted, .25);
    centre.spread = iqr / 2 / centre.value;
  }
  return centre;
}

Change Directed(Direction direction, double shift) {
  const bool more_is_better = direction == Direction::kHigherIsBetter;
  return (shift > 0) == more_is_better ? Change::kBetter : Change::kWorse;
}

void SetExact(bool changed, MetricDiff& diff) {
  const double shift = diff.candidate.value - diff.baseline.value;
  diff.exact = true;
  diff.margin = 0;
  diff.change = changed ? Directed(diff.direction, shift) : Change::kSame;
  diff.ratio = diff.baseline.value > 0
                   ? diff.candidate.value / diff.baseline.value
               : diff.baseline.value == diff.candidate.value ? 1
                                                             : kNan;
  diff.ratio_low = diff.ratio_high = diff.ratio;
}

// Compares counts `a` and `b` as they are. `allowance` is for boots, in the
// metric's unit where runs repeat, `log_allowance` where they do not. Returns
// false where that gives no answer, and a test has to.
bool CompareCounts(const Span& a, const Span& b, double threshold,
                   double allowance, double log_allowance, MetricDiff& diff) {
  const double shift = std::abs(diff.candidate.value - diff.baseline.value);
  const bool repeats = a.RepeatsWithin(threshold) && b.RepeatsWithin(threshold);
  if (AreFarApart(a, b, repeats ? 0 : log_allowance) &&
      (!repeats || shift > allowance)) {
    SetExact(true, diff);
    return true;
  }
  if (!repeats ||
      (shift > threshold * diff.baseline.value && shift > allowance)) {
    return false;
  }
  SetExact(false, diff);
  return true;
}

// Returns the variance of the estimate. Taken from its interval, since no
// single run decides that.
double VarianceOf(const Shift& shift) {
  const double deviation = (shift.high - shift.low) / 2 / kConfidenceZ;
  return deviation * deviation;
}

// Widens the interval by a variance that it does not include.
void Widen(double variance, Shift& shift) {
  const double square = kConfidenceZ * kConfidenceZ * variance;
  const double down = shift.estimate - shift.low;
  const double up = shift.high - shift.estimate;
  shift.low = shift.estimate - std::sqrt(down * down + square);
  shift.high = shift.estimate + std::sqrt(up * up + square);
}

Disagreement DisagreementOf(const MetricDiff& diff, bool drift_is_off) {
  if (!VisiblyDisagrees(diff.baseline, diff.candidate, diff.ratio)) {
    return Disagreement::kNone;
  }
  if (drift_is_off) return Disagreement::kDrift;
  return diff.baseline.modes.has_value() || diff.candidate.modes.has_value()
             ? Disagreement::kTwoPlaces
             : Disagreement::kSkewed;
}

// Returns whether two changes are visibly apart, and by more than half of the
// larger.
bool IsHalfApart(double a, double b) {
  const double apart = std::abs(a - b);
  return apart >= kVisible && apart > std::max(std::abs(a), std::abs(b)) / 2;
}

// Returns the logarithms less `off`, which may be empty.
std::vector<double> Logs(std::vector<double> values,
                         const std::vector<double>& off) {
  for (double& value : values) value = std::log(value);
  for (size_t i = 0; i < off.size(); ++i) values[i] -= off[i];
  return values;
}

}  // namespace

bool VisiblyDisagrees(const Centre& baseline, const Centre& candidate,
                      double ratio) {
  if (!(baseline.value > 0) || !(candidate.value > 0) || !(ratio > 0)) {
    return false;
  }
  const double shown = candidate.value / baseline.value;
  // Percent are what is printed. Of a ratio below 1 they can't be far apart.
  return IsHalfApart(std::log(ratio), std::log(shown)) ||
         IsHalfApart(ratio - 1, shown - 1);
}

bool IsChanged(Change change) {
  return change != Change::kSame && change != Change::kUnsure;
}

size_t LeastRuns(size_t tests, double alpha) {
  size_t n = 1;
  while (n < 1000 && SmallestP(n, n) * static_cast<double>(tests) > alpha) ++n;
  return n;
}

void TestFamily::Add(absl::string_view case_name, const Side& baseline,
                     const Series& a, const Side& candidate, const Series& b,
                     MetricDiff& diff) {
  diff.metric = a.metric;
  diff.unit = a.unit;
  diff.direction = a.direction;
  diff.margin = options_.threshold;
  Span x, y;
  if (!a.values.empty())
    diff.baseline = CentreOf(a.values, x = SpanOf(a.values));
  if (!b.values.empty())
    diff.candidate = CentreOf(b.values, y = SpanOf(b.values));
  if (a.unit != b.unit || a.direction != b.direction) {
    diff.change = Change::kNotComparable;
    diff.ratio = diff.ratio_low = diff.ratio_high = kNan;
    return;
  }
  if (a.values.empty() || b.values.empty()) {
    diff.change = a.values.empty() == b.values.empty() ? Change::kSame
                  : a.values.empty()                   ? Change::kAdded
                                                       : Change::kRemoved;
    diff.ratio = diff.ratio_low = diff.ratio_high = kNan;
    return;
  }
  const bool quick = baseline.quick || candidate.quick;
  const bool is_count =
      tick_ == Tick::kInstruction || a.direction == Direction::kExact;
  const double boot_variance = BootVariance(case_name, a, b);
  const SessionEffect sessions = EffectOfSessions(case_name, a, b);
  const BootVariation* calibrated = options_.boot_variation;
  double allowance =
      calibrated == nullptr
          ? 0
          : calibrated->Allowance(case_name, a.metric, diff.baseline.value);
  double log_allowance =
      kBootDeviations * std::sqrt(boot_variance + sessions.variance);
  if (a.unit == Unit::kNs) {
    allowance = std::max(allowance, options_.threshold * diff.baseline.value);
    log_allowance = std::max(log_allowance, std::log1p(options_.threshold));
  }
  const bool all_zero = a.unit == Unit::kNs && x.IsZero() && y.IsZero();
  if ((is_count || all_zero) &&
      CompareCounts(x, y, options_.threshold, allowance, log_allowance, diff)) {
    if (quick && tick_ != Tick::kInstruction) diff.change = Change::kUnsure;
    return;
  }
  Pending pending{&diff, 0, 0, !quick, x.least > 0 && y.least > 0, 0};
  std::vector<double> logs_a, logs_b;
  if (pending.has_logs) {
    logs_a = Logs(a.values, sessions.off_a);
    logs_b = Logs(b.values, sessions.off_b);
  }
  diff.p = sessions.off_a.empty() ? tester_.MannWhitneyP(a.values, b.values)
                                  : tester_.MannWhitneyP(logs_a, logs_b);
  if (only_changes_ && diff.p > options_.alpha) {
    diff.ratio = diff.ratio_low = diff.ratio_high = kNan;
    pending.can_judge = false;
  } else if (pending.has_logs) {
    Shift shift = tester_.HodgesLehmann(logs_a, logs_b, kConfidence);
    pending.run_variance = VarianceOf(shift) + sessions.variance;
    pending.boot_variance = boot_variance;
    const double more = boot_variance + sessions.variance;
    if (more > 0) Widen(more, shift);
    pending.shift = shift.estimate;
    diff.ratio = std::exp(shift.estimate);
    diff.ratio_low = std::exp(shift.low);
    diff.ratio_high = std::exp(shift.high);
  } else {
    // No logarithms: differences, as parts of the baseline's centre.
    const Shift shift = tester_.HodgesLehmann(a.values, b.values, kConfidence);
    const double base = diff.baseline.value > 0 ? diff.baseline.value : kNan;
    pending.run_variance = VarianceOf(shift) / (base * base);
    pending.shift = shift.estimate;
    diff.ratio = 1 + shift.estimate / base;
    diff.ratio_low = 1 + shift.low / base;
    diff.ratio_high = 1 + shift.high / base;
  }
  diff.disagreement = DisagreementOf(diff, !sessions.off_a.empty());
  pending_.push_back(pending);
}

double TestFamily::BootVariance(absl::string_view case_name, const Series& a,
                                const Series& b) const {
  const double boots_a = static_cast<double>(BootsOf(a));
  const double boots_b = static_cast<double>(BootsOf(b));
  const BootVariation* variation = options_.boot_variation;
  if (variation == nullptr && boots_a >= 2 && boots_b >= 2) variation = within_;
  if (variation == nullptr) return 0;
  const double sigma = variation->Sigma(case_name, a.metric);
  return sigma * sigma * (1 / boots_a + 1 / boots_b);
}

SessionEffect TestFamily::EffectOfSessions(absl::string_view case_name,
                                           const Series& a,
                                           const Series& b) const {
  if (sessions_ == nullptr) return {};
  const bool by_boots =
      options_.boot_variation == nullptr && BootsOf(a) >= 2 && BootsOf(b) >= 2;
  return by_boots ? SessionEffect() : sessions_->On(case_name, a, b);
}

void TestFamily::Finish() {
  std::vector<double> p;
  p.reserve(pending_.size());
  for (const Pending& pending : pending_) p.push_back(pending.diff->p);
  if (pending_.empty()) return;
  const std::vector<double> adjusted = HolmAdjust(p);
  const Corrected corrected{
      NormalUpperQuantile(options_.alpha / 2 /
                          static_cast<double>(pending_.size())),
      LeastRuns(pending_.size(), options_.alpha)};
  for (size_t i = 0; i < pending_.size(); ++i) {
    Judge(pending_[i], adjusted[i], corrected);
  }
}

void TestFamily::Judge(const Pending& pending, double p_adjusted,
                       const Corrected& corrected) const {
  MetricDiff& diff = *pending.diff;
  diff.p_adjusted = p_adjusted;
  if (std::isnan(diff.ratio)) {
    // The baseline is 0: there is no ratio, and no margin.
    if (pending.can_judge && p_adjusted <= options_.alpha) {
      diff.change = Directed(diff.direction, pending.shift);
    }
    return;
  }
  const double deviation =
      std::sqrt(pending.run_variance + pending.boot_variance);
  if (std::isfinite(deviation)) {
    // A logarithm of .3 is +35% or -26%.
    const double reach = corrected.z * deviation;
    diff.margin = std::max(options_.threshold, !pending.has_logs ? reach
                                               : pending.shift >= 0
                                                   ? std::expm1(reach)
                                                   : -std::expm1(-reach));
  }
  if (!pending.can_judge) return;
  const double change = std::abs(diff.ratio - 1);
  if (p_adjusted <= options_.alpha && change >= diff.margin) {
    diff.change = Directed(diff.direction, pending.shift);
    return;
  }
  const double most = std::max(1 - diff.ratio_low, diff.ratio_high - 1);
  if (most < options_.threshold) {
    diff.change = Change::kSame;
    return;
  }
  diff.runs_to_settle = RunsToSettle(pending, change, corrected);
}

size_t TestFamily::RunsToSettle(const Pending& pending, double change,
                                const Corrected& corrected) const {
  const MetricDiff& diff = *pending.diff;
  const size_t runs = std::min(diff.baseline.runs, diff.candidate.runs);
  if (!std::isfinite(pending.run_variance)) return corrected.least_runs;
  // The deviation at which the change, or its absence, would be found four
  // times out of five.
  const bool to_show = change >= options_.threshold;
  const double deviation =
      to_show ? change / (corrected.z + kPowerZ)
              : (options_.threshold - change) / (kConfidenceZ + kPowerZ);
  // More runs do not reduce the boot variance.
  const double of_runs = deviation * deviation - pending.boot_variance;
  const double needed =
      static_cast<double>(runs) * pending.run_variance / of_runs;
  if (of_runs <= 0 || !(needed < kMostRuns)) return 0;
  return std::max(
      {corrected.least_runs, runs + 1, static_cast<size_t>(std::ceil(needed))});
}

}  // namespace exitbench
