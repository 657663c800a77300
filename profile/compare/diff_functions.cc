#include "profile/compare/diff_functions.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace exitbench {
namespace {

bool IsStep(Change change) {
  return change == Change::kBetter || change == Change::kWorse;
}

bool IsFigure(double figure, double centre) {
  return std::abs(figure - centre) <=
         std::max(kFigureTolerance * std::abs(centre), kCountTolerance);
}

// A case in one of a side's profiles, or why there is none.
struct Found {
  const Profile* profile = nullptr;
  const CaseProfile* one = nullptr;
  std::string why;
};

Found Find(const SideProfiles& side, const std::string& case_name) {
  Found found;
  for (const SideProfile& p : side.profiles) {
    if (!p.problem.empty()) {
      found.why = p.problem;
      continue;
    }
    if (p.profile.host.kernel_release != side.kernel_release) {
      found.why = absl::StrCat(p.path, " is of the kernel ",
                               p.profile.host.kernel_release,
                               ", the results are of ", side.kernel_release);
      continue;
    }
    for (const CaseProfile& one : p.profile.cases) {
      if (one.name != case_name) continue;
      if (one.refused.empty()) return {&p.profile, &one, p.path};
      found.why = absl::StrCat(p.path, " has no profile of ", case_name, ": ",
                               one.refused);
    }
    if (found.why.empty()) {
      found.why = absl::StrCat(p.path, " does not have ", case_name);
    }
  }
  return found;
}

std::string WhyNotOf(const Found& found, double centre) {
  if (IsFigure(found.one->figure, centre)) return "";
  return absl::StrCat(found.why, " has ", FormatCount(found.one->figure),
                      " for ", found.one->name, " ", found.one->metric,
                      ", the results have ", FormatCount(centre),
                      ": it is not of their run");
}

void AddNote(std::string note, std::vector<std::string>& notes) {
  if (note.empty() ||
      std::find(notes.begin(), notes.end(), note) != notes.end()) {
    return;
  }
  notes.push_back(std::move(note));
}

}  // namespace

std::vector<ChangedMetric> ChangedMetrics(const Diff& diff) {
  std::vector<ChangedMetric> changed;
  for (const CaseDiff& c : diff.cases) {
    for (const MetricDiff& m : c.metrics) {
      if (!IsStep(m.change)) continue;
      changed.push_back(
          {c.name, m.metric, 0, 1, m.baseline.value, m.candidate.value});
    }
  }
  return changed;
}

std::vector<ChangedMetric> ChangedMetrics(const Steps& steps) {
  std::vector<ChangedMetric> changed;
  for (const StepRow& row : steps.rows) {
    for (size_t i = 0; i < row.cells.size(); ++i) {
      const StepCell& cell = row.cells[i];
      if (!cell.has_value || !IsStep(cell.change)) continue;
      changed.push_back({row.case_name, row.metric, cell.base, i,
                         row.cells[cell.base].value, cell.value});
    }
  }
  return changed;
}

DiffFunctions CompareFunctionsOf(const std::vector<ChangedMetric>& changed,
                                 const std::vector<SideProfiles>& sides) {
  DiffFunctions functions;
  functions.sides = sides.size();
  for (const ChangedMetric& m : changed) {
    const Found before = Find(sides[m.from], m.case_name);
    const Found after = Find(sides[m.to], m.case_name);
    // Another metric's change may be explained all the same.
    const auto is_other = [&m](const Found& found) {
      return found.one != nullptr && found.one->metric != m.metric;
    };
    if (is_other(before) || is_other(after)) continue;
    if (before.one == nullptr || after.one == nullptr) {
      if (before.one == nullptr) AddNote(before.why, functions.notes);
      if (after.one == nullptr) AddNote(after.why, functions.notes);
      continue;
    }
    const std::string old_why = WhyNotOf(before, m.old_value);
    const std::string new_why = WhyNotOf(after, m.new_value);
    if (old_why.empty() && new_why.empty()) {
      functions.changes.push_back(
          {m.from, m.to,
           CompareFunctions(*before.profile, *before.one, *after.profile,
                            *after.one)});
    }
    AddNote(old_why, functions.notes);
    AddNote(new_why, functions.notes);
  }
  return functions;
}

std::string ProfileBeside(absl::string_view results_path) {
  return absl::StrCat(absl::StripSuffix(results_path, ".pb"), ".profile.pb");
}

}  // namespace exitbench
