#include "profile/compare/diff_functions.h"

#include <algorithm>
#include <cmath>
#include <map>
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
  std::string why;       // If there is one, the path of its profile.
  bool of_case = false;  // Whether `why` is of this case, not of the profile.
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
      if (one.refused.empty()) return {&p.profile, &one, p.path, false};
      found.why = absl::StrCat(p.path, " has no profile of ", case_name, ": ",
                               one.refused);
      found.of_case = true;
    }
    if (found.why.empty()) {
      found.why = absl::StrCat(p.path, " does not have ", case_name);
      found.of_case = true;
    }
  }
  return found;
}

std::string HowMade(const Profile& profile) {
  switch (profile.host.source) {
    case ProfileSource::kNmi:
      return "samples by NMI";
    case ProfileSource::kClock:
      return "samples of a clock";
    default:
      return "counts of instructions";
  }
}

std::string WhyNotOf(const Found& found, double centre) {
  if (IsFigure(found.one->figure, centre)) return "";
  return absl::StrCat(found.why, " has ", FormatCount(found.one->figure),
                      " for ", found.one->name, " ", found.one->metric,
                      ", the results have ", FormatCount(centre),
                      ": it is not of their run");
}

// Only debug information says which functions are inlined, and in which file
// each is.
bool SplitsInlined(const Profile& profile) {
  return std::any_of(
      profile.functions.begin(), profile.functions.end(),
      [](const ProfileFunction& function) { return !function.file.empty(); });
}

// Empty if both profiles are of one kind.
std::string WarningOf(const Found& before, const Found& after) {
  const bool old_splits = SplitsInlined(*before.profile);
  if (old_splits == SplitsInlined(*after.profile)) return "";
  return absl::StrCat(
      old_splits ? before.why : after.why, " tells inlined functions apart, ",
      old_splits ? after.why : before.why,
      " does not: many functions are new or gone for that reason only");
}

void AddNote(std::string note, std::vector<std::string>& notes) {
  if (note.empty() ||
      std::find(notes.begin(), notes.end(), note) != notes.end()) {
    return;
  }
  notes.push_back(std::move(note));
}

}  // namespace

void NameAsCompared(const Side& side, SideProfiles& profiles) {
  std::map<std::string, std::string> names;
  for (const SideCase& c : side.cases) names[c.own_name] = c.name;
  for (SideProfile& p : profiles.profiles) {
    for (CaseProfile& one : p.profile.cases) {
      const auto found = names.find(one.name);
      if (found != names.end()) one.name = found->second;
    }
  }
}

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

std::vector<ComparedCase> ComparedCases(const Diff& diff) {
  std::vector<ComparedCase> compared;
  for (const CaseDiff& c : diff.cases) {
    if (c.change == CaseChange::kCompared) compared.push_back({c.name, 0, 1});
  }
  return compared;
}

std::vector<ComparedCase> ComparedCases(const Steps& steps) {
  std::vector<ComparedCase> compared;
  const std::string* last = nullptr;
  for (const StepRow& row : steps.rows) {
    // Its rows have the same outcomes.
    if (last != nullptr && *last == row.case_name) continue;
    last = &row.case_name;
    size_t from = row.cells.size();
    for (size_t i = 0; i < row.cells.size(); ++i) {
      if (row.cells[i].outcome != Outcome::kOk) continue;
      if (from < i) compared.push_back({row.case_name, from, i});
      if (!steps.against_first || i == 0) from = i;
    }
  }
  return compared;
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
      AddNote(WarningOf(before, after), functions.warnings);
    }
    AddNote(old_why, functions.notes);
    AddNote(new_why, functions.notes);
  }
  return functions;
}

void CompareSharesOf(const std::vector<ComparedCase>& compared,
                     const std::vector<SideProfiles>& sides,
                     DiffFunctions& functions) {
  size_t one_sided = 0;
  for (const ComparedCase& c : compared) {
    const Found before = Find(sides[c.from], c.case_name);
    const Found after = Find(sides[c.to], c.case_name);
    const auto is_sampled = [](const Found& found) {
      return found.one != nullptr && IsSampled(found.profile->host);
    };
    if (!is_sampled(before) && !is_sampled(after)) continue;
    const Found& missing = before.one == nullptr ? before : after;
    if (missing.one == nullptr) {
      if (missing.of_case) {
        ++one_sided;
      } else {
        AddNote(missing.why, functions.notes);
      }
      continue;
    }
    if (before.profile->host.source != after.profile->host.source) {
      AddNote(absl::StrCat(before.why, " has ", HowMade(*before.profile), ", ",
                           after.why, " has ", HowMade(*after.profile),
                           ": they can't be compared"),
              functions.notes);
      continue;
    }
    functions.shares.push_back({c.from, c.to,
                                CompareShares(*before.profile, *before.one,
                                              *after.profile, *after.one)});
  }
  if (one_sided > 0) {
    AddNote(
        absl::StrCat(one_sided, one_sided == 1 ? " case has" : " cases have",
                     " samples on one side only"),
        functions.notes);
  }
  // The cases of one pair of sides share a correction, as metrics do.
  std::map<std::pair<size_t, size_t>, std::vector<ShareDiff*>> of_pairs;
  for (SharesOfCase& shares : functions.shares) {
    of_pairs[{shares.from, shares.to}].push_back(&shares.diff);
  }
  for (const auto& [pair, cases] : of_pairs) FindChangedShares(cases);
}

std::string ProfileBeside(absl::string_view results_path) {
  return absl::StrCat(absl::StripSuffix(results_path, ".pb"), ".profile.pb");
}

}  // namespace exitbench
