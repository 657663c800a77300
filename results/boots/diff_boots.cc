#include "results/boots/diff_boots.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "results/boots/group_spread.h"

namespace exitbench {

size_t BootsOf(const Series& series) {
  std::vector<uint32_t> boots = series.boots;
  std::sort(boots.begin(), boots.end());
  return static_cast<size_t>(std::unique(boots.begin(), boots.end()) -
                             boots.begin());
}

std::optional<BootVariation> VariationWithin(
    const std::vector<const Side*>& sides) {
  // By case and metric: the boots of each side.
  std::map<std::pair<std::string, std::string>, std::vector<Groups>> all;
  for (const Side* side : sides) {
    if (side->boots < 2) continue;
    for (const SideCase& c : side->cases) {
      if (c.outcome != Outcome::kOk) continue;
      for (const Series& series : c.series) {
        if (!series.gating) continue;
        Groups boots = GroupLogs(series, series.boots);
        if (boots.size() < 2) continue;
        all[{c.name, series.metric}].push_back(std::move(boots));
      }
    }
  }
  BootVariation variation;
  std::vector<std::vector<GroupSpread>> cases;
  for (const auto& [key, boots] : all) {
    const GroupSpread spread = SpreadOf(boots);
    if (spread.freedom < 2) continue;
    if (cases.empty() || variation.cases.back().case_name != key.first) {
      cases.emplace_back();
    }
    cases.back().push_back(spread);
    CaseVariation& c = variation.cases.emplace_back();
    c.case_name = key.first;
    c.metric = key.second;
    for (const Groups& side : boots) {
      c.boots += static_cast<uint32_t>(side.size());
    }
    variation.boots = std::max(variation.boots, c.boots);
    c.sigma = SigmaOf(spread, 0);
  }
  if (cases.empty()) return std::nullopt;
  variation.typical_sigma = TypicalSigma(cases, kCautious);
  return variation;
}

}  // namespace exitbench
