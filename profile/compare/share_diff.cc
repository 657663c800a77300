#include "profile/compare/share_diff.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "profile/compare/function_diff.h"
#include "profile/model/interval.h"
#include "profile/report/counts.h"
#include "profile/report/functions.h"
#include "results/stats/rank_statistics.h"

namespace exitbench {
namespace {

// The median of the square of a standard normal variable.
constexpr double kMedianOfSquare = 0.454936423119572;

// Returns how many of `n` values are below their true median at most, but for
// a probability of 5%. n + 1 if they are too few to say.
size_t MostBelowMedian(size_t n) {
  constexpr double kOneSided95 = 1.6448536269514722;
  const double count = static_cast<double>(n);
  // With a correction for continuity. Up to 2,000 it is off by one at most.
  return static_cast<size_t>(
      std::ceil(count / 2 + .5 + kOneSided95 * std::sqrt(count) / 2));
}

// Returns the upper 95% bound of the spread whose ratios have the median that
// is found. It is that of most functions, so those that changed hardly matter.
double SpreadOf(const std::vector<ShareChange>& functions, double old_samples,
                double new_samples, size_t& used) {
  struct Ratio {
    double square, chance;  // Of its logarithm, and that one's variance.
  };
  std::vector<Ratio> ratios;
  for (const ShareChange& c : functions) {
    if (c.old_self < kLeastForSpread || c.new_self < kLeastForSpread) continue;
    const double log =
        std::log(c.new_self / new_samples / (c.old_self / old_samples));
    ratios.push_back({log * log, 1 / c.old_self + 1 / c.new_self -
                                     1 / old_samples - 1 / new_samples});
  }
  used = ratios.size();
  if (used < kLeastFunctions) return 0;
  const auto is_enough = [&ratios,
                          enough = MostBelowMedian(used)](double spread) {
    size_t within = 0;
    for (const Ratio& r : ratios) {
      within += r.square <= kMedianOfSquare * (r.chance + spread * spread);
    }
    return within >= enough;
  };
  if (is_enough(0)) return 0;
  double low = 0, high = 1;
  while (!is_enough(high)) high *= 2;
  for (int i = 0; i < 40; ++i) {
    const double middle = (low + high) / 2;
    (is_enough(middle) ? high : low) = middle;
  }
  return high;
}

bool IsTested(double before, double after) {
  return before + after >= kLeastTested;
}

template <typename Delta>
void SortBySize(Delta delta, std::vector<const ShareChange*>& changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [&delta](const ShareChange* a, const ShareChange* b) {
                     return std::abs(delta(*a)) > std::abs(delta(*b));
                   });
}

}  // namespace

ShareDiff CompareShares(const Profile& old_profile, const CaseProfile& old_case,
                        const Profile& new_profile,
                        const CaseProfile& new_case) {
  const CaseFunctions before =
      FunctionCounter(old_profile, true).Count(old_case);
  const CaseFunctions after =
      FunctionCounter(new_profile, true).Count(new_case);
  std::map<std::pair<std::string, std::string>, ShareChange> all;
  const auto of = [&all](const FunctionRow& row) -> ShareChange& {
    ShareChange& change = all[{row.name, row.module}];
    change.name = row.name;
    change.module = row.module;
    return change;
  };
  for (const FunctionRow& row : before.rows) {
    ShareChange& change = of(row);
    change.old_self = Sum(row.self);
    change.old_inclusive = Sum(row.inclusive);
  }
  for (const FunctionRow& row : after.rows) {
    ShareChange& change = of(row);
    change.new_self = Sum(row.self);
    change.new_inclusive = Sum(row.inclusive);
  }
  ShareDiff diff;
  diff.case_name = old_case.name;
  diff.old_samples = Sum(before.self);
  diff.new_samples = Sum(after.self);
  for (auto& [key, change] : all) diff.functions.push_back(std::move(change));
  size_t used = 0;
  diff.spread =
      SpreadOf(diff.functions, diff.old_samples, diff.new_samples, used);
  if (used < kLeastFunctions) return diff;
  for (const ShareChange& c : diff.functions) {
    diff.tests += IsTested(c.old_self, c.new_self);
    diff.tests += IsTested(c.old_inclusive, c.new_inclusive);
  }
  return diff;
}

void FindChangedShares(const std::vector<ShareDiff*>& cases) {
  size_t tests = 0;
  for (const ShareDiff* diff : cases) tests += diff->tests;
  if (tests == 0) return;
  const double z =
      NormalUpperQuantile(kShareAlpha / (2 * static_cast<double>(tests)));
  for (ShareDiff* diff : cases) {
    if (diff->tests == 0) continue;
    const double factor = std::exp(z * diff->spread);
    const auto differ = [&](double before, double after) {
      return IsTested(before, after) &&
             SharesDiffer(before, diff->old_samples, after, diff->new_samples,
                          z, factor);
    };
    for (ShareChange& c : diff->functions) {
      c.self_changed = differ(c.old_self, c.new_self);
      c.inclusive_changed = differ(c.old_inclusive, c.new_inclusive);
    }
  }
}

std::vector<const ShareChange*> ChangedInclusive(const ShareDiff& diff) {
  std::vector<const ShareChange*> changes;
  for (const ShareChange& c : diff.functions) {
    const bool is_most = c.old_inclusive > kMostOfEvent * diff.old_samples &&
                         c.new_inclusive > kMostOfEvent * diff.new_samples;
    if (c.inclusive_changed && !is_most) changes.push_back(&c);
  }
  SortBySize(
      [&diff](const ShareChange& c) {
        return c.new_inclusive / diff.new_samples -
               c.old_inclusive / diff.old_samples;
      },
      changes);
  return changes;
}

std::vector<const ShareChange*> ChangedSelf(const ShareDiff& diff) {
  std::vector<const ShareChange*> changes;
  for (const ShareChange& c : diff.functions) {
    if (c.self_changed) changes.push_back(&c);
  }
  SortBySize(
      [&diff](const ShareChange& c) {
        return c.new_self / diff.new_samples - c.old_self / diff.old_samples;
      },
      changes);
  return changes;
}

}  // namespace exitbench
