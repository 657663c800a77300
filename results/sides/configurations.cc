#include "results/sides/configurations.h"

#include <algorithm>

#include "absl/strings/match.h"

namespace exitbench {

std::map<std::string, std::string> ConfigurationOf(const Side& side) {
  std::map<std::string, std::string> parts;
  if (side.sessions.empty()) return parts;
  // Sessions of one side have the same settings: see CheckMergeable().
  for (const Fact& fact : side.sessions[0].settings) {
    if (absl::StartsWith(fact.key, kVmSettingPrefix)) {
      parts[fact.key] = fact.value;
    }
  }
  return parts;
}

void NameAcrossConfigurations(std::vector<Side>& sides) {
  const bool differ =
      std::any_of(sides.begin(), sides.end(), [&sides](const Side& side) {
        return ConfigurationOf(side) != ConfigurationOf(sides[0]);
      });
  if (!differ) return;
  for (Side& side : sides) {
    for (SideCase& c : side.cases) {
      if (!c.plain_name.empty()) c.name = c.plain_name;
    }
  }
}

}  // namespace exitbench
