#include "profile/report/functions.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"

namespace exitbench {

FunctionCounter::FunctionCounter(const Profile& profile, bool fold_thunks)
    : profile_(profile), fold_thunks_(fold_thunks) {
  std::map<std::pair<absl::string_view, absl::string_view>, uint32_t> known;
  for (const ProfileFunction& function : profile.functions) {
    const bool folded = fold_thunks && function.thunk;
    const absl::string_view name =
        folded ? absl::string_view(kThunks) : function.name;
    const absl::string_view module =
        folded ? absl::string_view() : profile.modules[function.module];
    const auto [at, added] = known.emplace(std::pair(name, module),
                                           static_cast<uint32_t>(rows_.size()));
    if (added) {
      rows_.push_back(
          {.name = std::string(name), .module = std::string(module)});
    }
    row_of_.push_back(at->second);
  }
  totals_.reserve(profile.nodes.size());
  for (const ProfileNode& node : profile.nodes) {
    double total = node.self;
    // Children stand before their parents.
    for (const uint32_t child : node.children) total += totals_[child];
    totals_.push_back(total);
  }
}

double CountPaths(const Profile& profile) {
  std::vector<double> below;  // By node, with it.
  below.reserve(profile.nodes.size());
  for (const ProfileNode& node : profile.nodes) {
    double paths = 1;
    for (const uint32_t child : node.children) paths += below[child];
    below.push_back(paths);
  }
  double paths = 0;
  for (const CaseProfile& one : profile.cases) {
    for (const LegProfile& leg : one.legs) {
      for (const uint32_t root : leg.roots) paths += below[root];
    }
  }
  return paths;
}

struct FunctionCounter::Walk {
  const FunctionCounter& counter;
  std::vector<FunctionRow>& rows;
  std::vector<uint32_t> on_path;  // By row: how often.
  std::vector<bool> seen;
  size_t leg;

  // A path is as deep as ParseProfile() lets it be.
  void Visit(uint32_t index) {
    const ProfileNode& node = counter.profile_.nodes[index];
    const uint32_t at = counter.row_of_[node.function];
    FunctionRow& row = rows[at];
    seen[at] = true;
    row.self[leg] += node.self;
    row.calls += node.calls;
    if (on_path[at] == 0) row.inclusive[leg] += counter.totals_[index];
    for (const auto& [kind, count] : node.kinds) {
      const size_t i = static_cast<size_t>(kind);
      if (i < kKinds) row.kinds[i] += count;
    }
    ++on_path[at];
    for (const uint32_t child : node.children) Visit(child);
    --on_path[at];
  }
};

CaseFunctions FunctionCounter::Count(const CaseProfile& one) const {
  CaseFunctions functions;
  std::vector<FunctionRow> rows = rows_;
  Walk walk = {*this, rows, std::vector<uint32_t>(rows.size()),
               std::vector<bool>(rows.size()), 0};
  for (const LegProfile& leg : one.legs) {
    walk.leg = static_cast<size_t>(leg.leg);
    for (const uint32_t root : leg.roots) walk.Visit(root);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!walk.seen[i]) continue;
    for (size_t leg = 0; leg < kLegs; ++leg) {
      functions.self[leg] += rows[i].self[leg];
    }
    for (size_t kind = 0; kind < kKinds; ++kind) {
      functions.kinds[kind] += rows[i].kinds[kind];
    }
    functions.rows.push_back(std::move(rows[i]));
  }
  std::sort(functions.rows.begin(), functions.rows.end(),
            [](const FunctionRow& a, const FunctionRow& b) {
              const auto key = [](const FunctionRow& row) {
                return std::tuple(-Sum(row.inclusive), -Sum(row.self));
              };
              const auto ka = key(a), kb = key(b);
              if (ka != kb) return ka < kb;
              return std::tie(a.name, a.module) < std::tie(b.name, b.module);
            });
  return functions;
}

}  // namespace exitbench
