#include "results/fleet/fleet_labels.h"

#include <map>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace exitbench {
namespace {

std::string BaseLabel(const FleetKey& key) {
  return absl::StrCat(key.kernel_release, ", ", key.kvm_backend, " (",
                      key.paging, "), ", key.cpu_model,
                      ", mitigations=", key.mitigations);
}

// The lines of `vulnerabilities` that not all of `keys` have.
std::string DifferingVulnerabilities(const FleetKey& key,
                                     const std::vector<const FleetKey*>& keys) {
  std::vector<std::string> differing;
  for (absl::string_view line :
       absl::StrSplit(key.vulnerabilities, '\n', absl::SkipEmpty())) {
    for (const FleetKey* other : keys) {
      const std::vector<absl::string_view> lines =
          absl::StrSplit(other->vulnerabilities, '\n');
      if (std::find(lines.begin(), lines.end(), line) != lines.end()) continue;
      differing.emplace_back(line);
      break;
    }
  }
  return absl::StrJoin(differing, "; ");
}

}  // namespace

void LabelGroups(std::vector<FleetGroupReport>& groups) {
  std::map<std::string, std::vector<FleetGroupReport*>> alike;
  for (FleetGroupReport& group : groups) {
    alike[BaseLabel(group.key)].push_back(&group);
  }
  for (auto& [label, members] : alike) {
    std::vector<const FleetKey*> keys;
    for (const FleetGroupReport* member : members) keys.push_back(&member->key);
    const auto add = [&](const std::string FleetKey::*field,
                         absl::string_view what) {
      const bool differs = std::any_of(
          keys.begin(), keys.end(),
          [&](const FleetKey* key) { return key->*field != keys[0]->*field; });
      if (!differs) return;
      for (FleetGroupReport* member : members) {
        const std::string& value = member->key.*field;
        absl::StrAppend(&member->label, ", ", what, " ",
                        value.empty() ? "none" : value);
      }
    };
    for (FleetGroupReport* member : members) member->label = label;
    add(&FleetKey::architecture, "architecture");
    add(&FleetKey::kernel_version, "build");
    add(&FleetKey::hypervisor, "hypervisor");
    add(&FleetKey::emulator, "emulator");
    add(&FleetKey::settings, "settings");
    for (FleetGroupReport* member : members) {
      const std::string differing = DifferingVulnerabilities(member->key, keys);
      if (!differing.empty()) absl::StrAppend(&member->label, ", ", differing);
    }
  }
}

}  // namespace exitbench
