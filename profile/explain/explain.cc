#include "profile/explain/explain.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <utility>

#include "absl/strings/str_format.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"
#include "results/model/summary.h"

namespace exitbench {
namespace {

// By rank: one that goes with those before it is dropped.
constexpr std::array<absl::string_view, 10> kTerms = {
    "instruction", "VM entry",  "event", "WRMSR",  "RDMSR",
    "IBPB",        "L1D flush", "VERW",  "LFENCE", "TLB flush"};

// A number of exits and one of VM entries that differ by less are the same.
constexpr double kExitTolerance = .25;

std::vector<double> CountsOf(const CaseFunctions& functions,
                             const CaseProfile& one) {
  const auto of = [&functions](InstructionKind kind) {
    return functions.kinds[static_cast<size_t>(kind)];
  };
  const double ibpb = of(InstructionKind::kIbpb);
  const double l1d_flush = of(InstructionKind::kL1dFlush);
  return {Sum(functions.self) - one.uncounted,
          of(InstructionKind::kVmEntry),
          1,
          of(InstructionKind::kWrmsr) - ibpb - l1d_flush,
          of(InstructionKind::kRdmsr),
          ibpb,
          l1d_flush,
          of(InstructionKind::kVerw),
          of(InstructionKind::kLfence),
          of(InstructionKind::kInvlpg) + of(InstructionKind::kMovCr)};
}

double KernelInstructions(const CaseFunctions& functions) {
  double sum = 0;
  for (const FunctionRow& row : functions.rows) {
    if (row.module == kGuestModule || row.module == kUserModule) continue;
    sum += Sum(row.self);
  }
  return sum;
}

// Returns the runs of a metric in ticks or, with `unit`, in another unit; null
// if there are none.
const std::vector<double>* FindRuns(const SideCase& c, absl::string_view metric,
                                    Unit unit) {
  for (const Series& series : c.series) {
    if (series.metric == metric && series.unit == unit &&
        !series.values.empty()) {
      return &series.values;
    }
  }
  return nullptr;
}

double SpreadOf(std::vector<double> values, double median) {
  Summarize(values);  // Sorts them.
  return (Quantile(values, .75) - Quantile(values, .25)) / 2 / median;
}

// Returns why a case is left out, or adds it to `cases`.
std::optional<LeftOutFor> AddCase(const FunctionCounter& counter,
                                  const CaseProfile& one, const SideCase& c,
                                  std::vector<ExplainedCase>& cases) {
  if (c.outcome != Outcome::kOk) return LeftOutFor::kNotOk;
  if (!one.refused.empty()) {
    return one.refused_for == RefusedFor::kIdle ? LeftOutFor::kIdle
                                                : LeftOutFor::kRefused;
  }
  const std::vector<double>* const runs = FindRuns(c, one.metric, Unit::kTicks);
  const double median = runs == nullptr ? 0 : Median(*runs);
  if (!(median > 0)) return LeftOutFor::kMetric;
  const CaseFunctions functions = counter.Count(one);
  if (KernelInstructions(functions) == 0) return LeftOutFor::kNoKernel;
  std::vector<double> counts = CountsOf(functions, one);
  const std::vector<double>* const exits = FindRuns(c, "exits", Unit::kCount);
  // More exits than entries may be those that are not in the event.
  if (exits != nullptr && Median(*exits) < counts[1] - kExitTolerance) {
    return LeftOutFor::kOtherPath;
  }
  cases.push_back({.name = one.name,
                   .metric = one.metric,
                   .counts = std::move(counts),
                   .runs = runs->size(),
                   .measured = median,
                   .spread = SpreadOf(*runs, median)});
  return std::nullopt;
}

void Match(const Side& results, const Profile& profile, bool selected,
           Explanation& to) {
  const auto leave_out = [&to](const std::string& name, LeftOutFor reason,
                               const std::string& detail) {
    to.left_out.push_back({name, reason, detail});
  };
  const FunctionCounter counter(profile, true);
  std::vector<bool> matched(results.cases.size());
  for (const CaseProfile& one : profile.cases) {
    size_t at = 0;
    while (at < matched.size() && results.cases[at].name != one.name) ++at;
    std::optional<LeftOutFor> reason = LeftOutFor::kNoResult;
    if (at < matched.size()) {
      matched[at] = true;
      reason = AddCase(counter, one, results.cases[at], to.cases);
    }
    if (reason.has_value()) leave_out(one.name, *reason, one.refused);
  }
  for (size_t i = 0; i < matched.size() && !selected; ++i) {
    if (matched[i]) continue;
    const SideCase& c = results.cases[i];
    const bool ok = c.outcome == Outcome::kOk;
    leave_out(c.name, ok ? LeftOutFor::kNoProfile : LeftOutFor::kNotOk,
              c.reason);
  }
}

// Returns the median; infinite if half of them are no numbers.
double MedianSize(std::vector<double> values) {
  for (double& v : values) v = std::isnan(v) ? HUGE_VAL : std::abs(v);
  return Median(std::move(values));
}

double RSquared(const std::vector<ExplainedCase>& cases) {
  double mean = 0;
  for (const ExplainedCase& c : cases) mean += c.measured;
  mean /= static_cast<double>(cases.size());
  double left = 0, all = 0;
  for (const ExplainedCase& c : cases) {
    left += (c.measured - c.predicted) * (c.measured - c.predicted);
    all += (c.measured - mean) * (c.measured - mean);
  }
  return all > 0 ? 1 - left / all : 0;
}

// Predicts each case by the others, by the model and by their mean.
void CrossValidate(const Sample& sample, Explanation& to) {
  Sample mean = {.terms = 1};
  for (const double measured : sample.measured) mean.Add({1}, measured);
  const std::vector<double> by_model = LeaveOneOut(sample);
  const std::vector<double> by_mean = LeaveOneOut(mean);
  const double typical = TypicalCost(sample), mean_typical = TypicalCost(mean);
  std::vector<double> of_model, of_mean;
  for (size_t i = 0; i < to.cases.size(); ++i) {
    ExplainedCase& c = to.cases[i];
    c.by_others = RelativeResidual(sample, i, by_model[i], typical);
    of_model.push_back(c.by_others);
    of_mean.push_back(RelativeResidual(mean, i, by_mean[i], mean_typical));
    to.closer_than_mean += std::abs(c.by_others) < std::abs(of_mean.back());
  }
  to.median_by_others = MedianSize(std::move(of_model));
  to.median_by_mean = MedianSize(std::move(of_mean));
}

// Of cases that are as often nearer to the one as to the other, so many or more
// are nearer to the one with a probability of 5%: a one-sided sign test.
double LeastCloser(size_t cases) {
  const double n = static_cast<double>(cases);
  return n / 2 + 1.645 * std::sqrt(n) / 2;
}

void FitModel(Explanation& to) {
  if (to.cases.size() > kMostCases) {
    to.no_model = absl::StrFormat(
        "too many cases: %d, and %d are the most (select by --cases)",
        to.cases.size(), kMostCases);
    return;
  }
  Sample all = {.terms = kTerms.size()};
  for (const ExplainedCase& c : to.cases) all.Add(c.counts, c.measured);
  const std::vector<Screened> screened = ScreenTerms(all);
  for (size_t i = 0; i < kTerms.size(); ++i) {
    to.terms.push_back({.name = kTerms[i], .screened = screened[i]});
  }
  if (to.cases.size() < kLeastCases) {
    to.no_model = absl::StrFormat("too few cases: %d, and %d are the least",
                                  to.cases.size(), kLeastCases);
    return;
  }
  const Sample sample = KeepTerms(all, screened);
  const std::optional<RobustFit> fit =
      sample.terms == 0 ? std::nullopt : FitRobustly(sample);
  if (!fit.has_value()) {
    to.no_model = "there is no fit: too few of the cases are alike";
    return;
  }
  CrossValidate(sample, to);
  if (to.median_by_others >= to.median_by_mean ||
      static_cast<double>(to.closer_than_mean) < LeastCloser(to.cases.size())) {
    to.no_model = absl::StrFormat(
        "by a fit of all others a case is off by %.1f%% in the median, by "
        "their "
        "mean alone by %.1f%%; the model is closer in %d of %d cases",
        100 * to.median_by_others, 100 * to.median_by_mean, to.closer_than_mean,
        to.cases.size());
    return;
  }
  const std::vector<Interval> intervals = BootstrapIntervals(sample, *fit);
  size_t at = 0;
  for (ModelTerm& term : to.terms) {
    if (term.screened.dropped != Dropped::kNot) continue;
    term.cost = fit->costs[at];
    term.interval = intervals[at++];
  }
  to.sigma = fit->sigma;
  const double typical = TypicalCost(sample);
  std::vector<double> residuals;
  for (size_t i = 0; i < to.cases.size(); ++i) {
    ExplainedCase& c = to.cases[i];
    c.predicted = Predict(sample, i, fit->costs);
    c.residual = RelativeResidual(sample, i, c.predicted, typical);
    c.holds = std::abs(c.residual) <= kBisquare * fit->sigma;
    residuals.push_back(c.residual);
  }
  to.median_residual = MedianSize(std::move(residuals));
  to.r_squared = RSquared(to.cases);
  to.unit_holds = to.counts_instructions &&
                  std::abs(to.terms[0].cost - 1) <= kUnitTolerance;
}

}  // namespace

std::vector<std::string> Mismatches(const Side& results,
                                    const Profile& profile) {
  const Host& host = results.host;
  const ProfileHost& of = profile.host;
  std::vector<std::string> found;
  const auto compare = [&found](const char* what, const std::string& is,
                                const std::string& wanted) {
    if (is == wanted) return false;
    found.push_back(absl::StrFormat("its %s is %s, that of the results %s",
                                    what, is, wanted));
    return true;
  };
  if (!compare("kernel", of.kernel_release, host.kernel_release)) {
    compare("build", of.kernel_version, host.kernel_version);
  }
  compare("KVM backend", of.kvm_backend, host.kvm_backend);
  compare("paging", of.paging, host.paging);
  return found;
}

Explanation Explain(const Side& results, const Profile& profile,
                    bool selected) {
  Explanation explanation;
  explanation.counts_instructions = results.host.tick == Tick::kInstruction;
  Match(results, profile, selected, explanation);
  FitModel(explanation);
  std::vector<std::pair<double, size_t>> order;
  for (size_t i = 0; i < explanation.cases.size(); ++i) {
    order.emplace_back(-std::abs(explanation.cases[i].residual), i);
  }
  std::sort(order.begin(), order.end());
  for (const auto& [size, at] : order) explanation.by_residual.push_back(at);
  return explanation;
}

}  // namespace exitbench
