#include "results/boots/diff_boots.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace exitbench {
namespace {

// A larger logarithm is from a forged file. Its exponential may overflow.
constexpr double kLargestLog = 500;

// A metric of a case on one side: the logarithms of its runs by boot.
struct Boots {
  uint32_t first;  // Number of the side's first boot among all boots.
  std::map<uint32_t, std::vector<double>> logs;
};

// Returns nothing if any value has no logarithm.
std::map<uint32_t, std::vector<double>> LogsByBoot(const Series& series) {
  std::map<uint32_t, std::vector<double>> logs;
  for (size_t i = 0; i < series.values.size(); ++i) {
    if (!(series.values[i] > 0)) return {};
    logs[series.boots[i]].push_back(std::log(series.values[i]));
  }
  return logs;
}

// Returns the boots of all sides as if they were of one side. The middle of
// each side is subtracted. Each middle takes a degree of freedom, while
// MeasureBootVariation() subtracts only one, so distances are stretched.
Series Pooled(const std::string& metric, const std::vector<Boots>& sides) {
  Series pooled;
  pooled.metric = metric;
  pooled.gating = true;
  double boots = 0;
  for (const Boots& side : sides)
    boots += static_cast<double>(side.logs.size());
  const double freedom = boots - static_cast<double>(sides.size());
  if (freedom < 2) return pooled;
  const double stretch = std::sqrt((boots - 1) / freedom);
  for (const Boots& side : sides) {
    double middle = 0;
    for (const auto& [boot, logs] : side.logs) {
      middle += Median(logs) / static_cast<double>(side.logs.size());
    }
    for (const auto& [boot, logs] : side.logs) {
      const double of_boot = Median(logs);
      for (double log : logs) {
        const double moved = log - of_boot + stretch * (of_boot - middle);
        if (std::abs(moved) > kLargestLog) return {.metric = metric};
        pooled.values.push_back(std::exp(moved));
        pooled.boots.push_back(side.first + boot);
      }
    }
  }
  return pooled;
}

}  // namespace

size_t BootsOf(const Series& series) {
  std::vector<uint32_t> boots = series.boots;
  std::sort(boots.begin(), boots.end());
  return static_cast<size_t>(std::unique(boots.begin(), boots.end()) -
                             boots.begin());
}

std::optional<BootVariation> VariationWithin(
    const std::vector<const Side*>& sides) {
  std::map<std::pair<std::string, std::string>, std::vector<Boots>> all;
  Side pooled;
  for (const Side* side : sides) {
    if (side->boots < 2) continue;
    for (const SideCase& c : side->cases) {
      if (c.outcome != Outcome::kOk) continue;
      for (const Series& series : c.series) {
        if (!series.gating) continue;
        std::map<uint32_t, std::vector<double>> logs = LogsByBoot(series);
        if (logs.size() < 2) continue;
        all[{c.name, series.metric}].push_back({pooled.boots, std::move(logs)});
      }
    }
    pooled.boots += side->boots;
  }
  for (uint32_t boot = 0; boot < pooled.boots; ++boot) {
    pooled.sessions.emplace_back().boot_id = absl::StrCat(boot);
  }
  bool any = false;
  for (const auto& [key, boots] : all) {
    SideCase& c = pooled.cases.emplace_back();
    c.name = key.first;
    c.outcome = Outcome::kOk;
    c.series.push_back(Pooled(key.second, boots));
    any = any || !c.series.back().values.empty();
  }
  if (!any) return std::nullopt;
  absl::StatusOr<BootVariation> variation = MeasureBootVariation({pooled});
  if (!variation.ok()) return std::nullopt;
  return *std::move(variation);
}

}  // namespace exitbench
