#include "profile/compare/function_diff.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

namespace exitbench {
namespace {

void Subtract(const ByLeg& from, ByLeg& counts) {
  for (size_t i = 0; i < kLegs; ++i) counts[i] -= from[i];
}

// Returns the row of both sides as the change of nothing to it, or of it to
// nothing.
FunctionChange Start(const FunctionRow& row) {
  FunctionChange change;
  change.name = row.name;
  change.module = row.module;
  return change;
}

bool Differs(const FunctionChange& change) {
  const auto any = [](const ByLeg& counts) {
    return std::any_of(counts.begin(), counts.end(),
                       [](double count) { return Differ(count, 0); });
  };
  return change.in_old != change.in_new ||
         Differ(change.old_self, change.new_self) ||
         Differ(change.old_inclusive, change.new_inclusive) ||
         Differ(change.old_calls, change.new_calls) || any(change.self) ||
         any(change.inclusive);
}

std::vector<Leg> LegsOf(const CaseProfile& one) {
  std::vector<Leg> legs;
  for (const LegProfile& leg : one.legs) legs.push_back(leg.leg);
  std::sort(legs.begin(), legs.end());
  return legs;
}

bool SelfDiffers(const FunctionChange& change) {
  return change.in_old != change.in_new ||
         Differ(change.old_self, change.new_self);
}

bool LessByName(const FunctionChange* a, const FunctionChange* b) {
  return std::tie(a->name, a->module) < std::tie(b->name, b->module);
}

// Sorts by the size of `Of` the change, falling.
template <typename Of>
void SortBySize(Of of, std::vector<const FunctionChange*>& changes) {
  std::sort(changes.begin(), changes.end(),
            [&of](const FunctionChange* a, const FunctionChange* b) {
              const double sa = std::abs(of(*a)), sb = std::abs(of(*b));
              return sa != sb ? sa > sb : LessByName(a, b);
            });
}

}  // namespace

FunctionDiff CompareFunctions(const Profile& old_profile,
                              const CaseProfile& old_case,
                              const Profile& new_profile,
                              const CaseProfile& new_case) {
  const CaseFunctions before =
      FunctionCounter(old_profile, true).Count(old_case);
  const CaseFunctions after =
      FunctionCounter(new_profile, true).Count(new_case);
  std::map<std::pair<std::string, std::string>, FunctionChange> all;
  for (const FunctionRow& row : before.rows) {
    FunctionChange& change =
        all.emplace(std::pair(row.name, row.module), Start(row)).first->second;
    change.in_old = true;
    change.old_self = Sum(row.self);
    change.old_inclusive = Sum(row.inclusive);
    change.old_calls = row.calls;
    Subtract(row.self, change.self);
    Subtract(row.inclusive, change.inclusive);
  }
  for (const FunctionRow& row : after.rows) {
    FunctionChange& change =
        all.emplace(std::pair(row.name, row.module), Start(row)).first->second;
    change.in_new = true;
    change.new_self = Sum(row.self);
    change.new_inclusive = Sum(row.inclusive);
    change.new_calls = row.calls;
    for (size_t i = 0; i < kLegs; ++i) {
      change.self[i] += row.self[i];
      change.inclusive[i] += row.inclusive[i];
    }
  }
  FunctionDiff diff;
  diff.case_name = old_case.name;
  diff.metric = old_case.metric;
  diff.old_figure = old_case.figure;
  diff.new_figure = new_case.figure;
  diff.old_uncounted = old_case.uncounted;
  diff.new_uncounted = new_case.uncounted;
  if (LegsOf(old_case) == LegsOf(new_case)) diff.legs = old_case.legs;
  for (auto& [key, change] : all) {
    if (Differs(change)) diff.changes.push_back(std::move(change));
  }
  diff.old_kinds = before.kinds;
  diff.new_kinds = after.kinds;
  // As the figure of each side is its sum less what is uncounted, this holds
  // all small remainders.
  const double explained = Sum(after.self) - new_case.uncounted -
                           (Sum(before.self) - old_case.uncounted);
  const double figure = new_case.figure - old_case.figure;
  // Rounding errors are relative to the figures, not to their difference.
  if (Differ(old_case.figure + explained, new_case.figure)) {
    diff.unexplained = figure - explained;
  }
  return diff;
}

std::vector<const FunctionChange*> ByInclusive(const FunctionDiff& diff) {
  const auto delta = [](const FunctionChange& c) { return c.InclusiveDelta(); };
  std::vector<const FunctionChange*> changes;
  for (const FunctionChange& c : diff.changes) {
    if (Differ(delta(c), 0)) changes.push_back(&c);
  }
  // Those with another own count first, then the innermost.
  std::sort(changes.begin(), changes.end(),
            [](const FunctionChange* a, const FunctionChange* b) {
              const auto key = [](const FunctionChange& c) {
                return std::tuple(!SelfDiffers(c), c.old_inclusive);
              };
              const auto ka = key(*a), kb = key(*b);
              return ka != kb ? ka < kb : LessByName(a, b);
            });
  std::vector<const FunctionChange*> kept;
  for (const FunctionChange* c : changes) {
    const bool passes_on =
        !SelfDiffers(*c) &&
        std::any_of(kept.begin(), kept.end(), [&](const FunctionChange* k) {
          return !Differ(delta(*k), delta(*c));
        });
    if (!passes_on) kept.push_back(c);
  }
  SortBySize(delta, kept);
  return kept;
}

std::vector<const FunctionChange*> BySelf(const FunctionDiff& diff) {
  const auto delta = [](const FunctionChange& c) { return c.SelfDelta(); };
  std::vector<const FunctionChange*> changes;
  for (const FunctionChange& c : diff.changes) {
    if (Differ(delta(c), 0)) changes.push_back(&c);
  }
  SortBySize(delta, changes);
  return changes;
}

}  // namespace exitbench
