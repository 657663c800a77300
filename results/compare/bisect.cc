#include "results/compare/bisect.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "results/model/names.h"
#include "results/text/printable.h"

namespace exitbench {
namespace {

const SideCase* Find(const Side& side, absl::string_view name) {
  for (const SideCase& c : side.cases) {
    if (c.name == name) return &c;
  }
  return nullptr;
}

const Series* Find(const SideCase& c, absl::string_view metric) {
  for (const Series& series : c.series) {
    if (series.metric == metric) return &series;
  }
  return nullptr;
}

absl::StatusOr<const SideCase*> FindOk(const Side& side,
                                       absl::string_view name) {
  const SideCase* c = Find(side, name);
  if (c == nullptr) {
    return absl::FailedPreconditionError(
        absl::StrCat(side.label, " has no case ", name));
  }
  if (c->outcome != Outcome::kOk) {
    return absl::FailedPreconditionError(absl::StrCat(
        side.label, ": case ", name, " is ", Name(c->outcome), " there"));
  }
  return c;
}

// Returns how clearly two sides differ: the shift in widths of its interval.
double Clarity(const MetricDiff& diff) {
  if (diff.exact) return 1e6 * std::abs(std::log(diff.ratio));
  const double width = std::log(diff.ratio_high) - std::log(diff.ratio_low);
  return std::abs(std::log(diff.ratio)) / std::max(width, 1e-9);
}

std::string Figures(const BisectBorder& border, double now) {
  return absl::StrFormat("%s %s: now %.6g, good %.6g, bad %.6g",
                         border.case_name, border.metric, now, border.good,
                         border.bad);
}

BisectDecision DecideRaw(const BisectBorder& border, const Side& now,
                         double dead_zone) {
  BisectDecision decision;
  const absl::StatusOr<const SideCase*> c = FindOk(now, border.case_name);
  if (!c.ok()) {
    decision.why = std::string(c.status().message());
    return decision;
  }
  const Series* series = Find(**c, border.metric);
  if (series == nullptr || series->values.empty()) {
    decision.why =
        absl::StrCat(border.case_name, " has no ", border.metric, " here");
    return decision;
  }
  const double centre = Median(series->values);
  decision.why = Figures(border, centre);
  if (!(centre > 0)) return decision;
  if (!border.exact) {
    // Two standard errors of the median, without outliers: about what the runs
    // leave open.
    std::vector<double> distances;
    const double off = std::log(centre / border.middle);
    for (double value : series->values) {
      distances.push_back(value > 0 ? std::abs(std::log(value / centre))
                                    : std::abs(off));
    }
    const double deviation = 1.4826 * Median(distances);
    const double open = 2 * 1.2533 * deviation /
                        std::sqrt(static_cast<double>(distances.size()));
    if (std::abs(off) < std::max(std::log1p(dead_zone), open)) {
      absl::StrAppend(&decision.why, "; too near the middle to tell");
      return decision;
    }
  } else if (centre == border.middle) {
    absl::StrAppend(&decision.why, "; just in the middle");
    return decision;
  }
  const bool like_bad = (centre > border.middle) == (border.bad > border.good);
  decision.answer = like_bad ? BisectAnswer::kBad : BisectAnswer::kGood;
  return decision;
}

}  // namespace

absl::StatusOr<BisectBorder> FindBorder(const Side& good, const Side& bad,
                                        absl::string_view case_name,
                                        absl::string_view metric,
                                        const DiffOptions& options) {
  const absl::StatusOr<const SideCase*> a = FindOk(good, case_name);
  if (!a.ok()) return a.status();
  const absl::StatusOr<const SideCase*> b = FindOk(bad, case_name);
  if (!b.ok()) return b.status();
  if ((*a)->code_hash != (*b)->code_hash) {
    return absl::FailedPreconditionError(
        absl::StrCat("case ", case_name, " is another payload in ", good.label,
                     " than in ", bad.label));
  }
  RankTester tester;
  BisectBorder best;
  double best_clarity = -1;
  std::string tried;
  for (const Series& x : (*a)->series) {
    if (metric.empty() ? !IsJudged(x) : x.metric != metric) continue;
    const Series* y = Find(**b, x.metric);
    if (y == nullptr) continue;
    TestFamily family(options, good.host.tick, tester);
    MetricDiff diff;
    family.Add(case_name, good, x, bad, *y, diff);
    family.Finish();
    if (diff.baseline.runs == 0 || diff.candidate.runs == 0) continue;
    absl::StrAppend(&tried, tried.empty() ? "" : ", ", x.metric,
                    absl::StrFormat(" %+.2f%%", 100 * (diff.ratio - 1)));
    const bool differs =
        diff.change == Change::kBetter || diff.change == Change::kWorse;
    if (!differs || !(diff.baseline.value > 0) || !(diff.candidate.value > 0))
      continue;
    const double clarity = Clarity(diff);
    if (clarity <= best_clarity) continue;
    best_clarity = clarity;
    best.case_name = std::string(case_name);
    best.metric = x.metric;
    best.code_hash = (*a)->code_hash;
    best.good = diff.baseline.value;
    best.bad = diff.candidate.value;
    best.exact = diff.exact;
    best.middle = diff.exact ? (best.good + best.bad) / 2
                             : std::sqrt(best.good * best.bad);
  }
  if (best_clarity < 0) {
    return absl::FailedPreconditionError(absl::StrCat(
        "good and bad do not differ in ", case_name,
        tried.empty() ? ": no such metric" : absl::StrCat(" (", tried, ")"),
        "; measure more sessions of both, or bisect by another case"));
  }
  return best;
}

BisectDecision Decide(const BisectBorder& border, const Side& now,
                      double dead_zone) {
  BisectDecision decision = DecideRaw(border, now, dead_zone);
  // It contains names from files.
  decision.why = Printable(decision.why);
  return decision;
}

}  // namespace exitbench
