#include "cases/catalogue/configuration.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "results/text/suggest.h"

namespace exitbench {
namespace {

using Words = std::vector<absl::string_view>;

constexpr uint32_t kMostVcpus = 4096;
constexpr uint32_t kMostSlots = 32764;
// Below this a tick takes longer than two stamps with nothing in between.
constexpr uint32_t kLeastKhz = 500'000, kMostKhz = 100'000'000;

const Words& ApicWords() {
  static const auto* const words = new Words{"kernel", "split", "user"};
  return *words;
}
const Words& SwitchWords() {
  static const auto* const words = new Words{"off", "on"};
  return *words;
}
const Words& CpuidWords() {
  static const auto* const words = new Words{"full", "minimal", "hyperv"};
  return *words;
}
const Words& ExitWords() {
  static const auto* const words = new Words{"hlt", "pause", "mwait", "cstate"};
  return *words;
}
// Of ExitWords(), in their order.
constexpr uint32_t kExits[] = {kHltExits, kPauseExits, kMwaitExits,
                               kCstateExits};

// What one key of a configuration is.
struct Key {
  VmPart part;
  absl::string_view name;
  // Takes the words after the colon. Returns what it takes, if that is none of
  // it.
  absl::Status (*take)(const Key& key, const Words& words,
                       VmConfiguration& configuration);
  // Returns it as text. Empty: it is not set.
  std::string (*show)(const VmConfiguration& configuration);
};

absl::Status Bad(absl::string_view what, absl::string_view takes) {
  return absl::InvalidArgumentError(absl::StrCat("--vm=", what, ": ", takes));
}

std::string Written(const Key& key, const Words& words) {
  return absl::StrCat(key.name, ":", absl::StrJoin(words, ","));
}

// Returns the number of the one word among `known`.
absl::StatusOr<size_t> OneOf(const Key& key, const Words& words,
                             const Words& known) {
  const auto at = std::find(known.begin(), known.end(), words[0]);
  if (words.size() == 1 && at != known.end()) {
    return static_cast<size_t>(at - known.begin());
  }
  return Bad(
      Written(key, words),
      absl::StrCat("give one of ", absl::StrJoin(known, ", "),
                   words.size() == 1 ? DidYouMean(words[0], known) : ""));
}

absl::StatusOr<uint32_t> NumberOf(const Key& key, const Words& words,
                                  uint32_t least, uint32_t most) {
  uint32_t number = 0;
  if (words.size() == 1 && absl::SimpleAtoi(words[0], &number) &&
      number >= least && number <= most) {
    return number;
  }
  return Bad(Written(key, words),
             absl::StrCat("give a number from ", least, " to ", most));
}

absl::Status TakeApic(const Key& key, const Words& words, VmConfiguration& c) {
  EB_ASSIGN_OR_RETURN(const size_t at, OneOf(key, words, ApicWords()));
  c.apic = static_cast<ApicHome>(at);
  return absl::OkStatus();
}
absl::Status TakePmu(const Key& key, const Words& words, VmConfiguration& c) {
  EB_ASSIGN_OR_RETURN(const size_t at, OneOf(key, words, SwitchWords()));
  c.pmu = at == 1;
  return absl::OkStatus();
}
absl::Status TakeExits(const Key& key, const Words& words, VmConfiguration& c) {
  for (absl::string_view word : words) {
    EB_ASSIGN_OR_RETURN(const size_t at, OneOf(key, {word}, ExitWords()));
    c.exits_disabled |= kExits[at];
  }
  return absl::OkStatus();
}
absl::Status TakeCpuid(const Key& key, const Words& words, VmConfiguration& c) {
  EB_ASSIGN_OR_RETURN(const size_t at, OneOf(key, words, CpuidWords()));
  c.cpuid = static_cast<CpuidSet>(at);
  return absl::OkStatus();
}
absl::Status TakeKhz(const Key& key, const Words& words, VmConfiguration& c) {
  EB_ASSIGN_OR_RETURN(c.tsc_khz, NumberOf(key, words, kLeastKhz, kMostKhz));
  return absl::OkStatus();
}
absl::Status TakeVcpus(const Key& key, const Words& words, VmConfiguration& c) {
  EB_ASSIGN_OR_RETURN(c.vcpus, NumberOf(key, words, 1, kMostVcpus));
  return absl::OkStatus();
}
absl::Status TakeSlots(const Key& key, const Words& words, VmConfiguration& c) {
  EB_ASSIGN_OR_RETURN(c.slots, NumberOf(key, words, 1, kMostSlots));
  return absl::OkStatus();
}

std::string ShowApic(const VmConfiguration& c) {
  return c.apic.has_value()
             ? std::string(ApicWords()[static_cast<size_t>(*c.apic)])
             : "";
}
std::string ShowPmu(const VmConfiguration& c) {
  return c.pmu.has_value() ? std::string(SwitchWords()[*c.pmu]) : "";
}
std::string ShowExits(const VmConfiguration& c) {
  Words words;
  for (size_t i = 0; i < std::size(kExits); ++i) {
    if (c.exits_disabled & kExits[i]) words.push_back(ExitWords()[i]);
  }
  return absl::StrJoin(words, ",");
}
std::string ShowCpuid(const VmConfiguration& c) {
  return c.cpuid.has_value()
             ? std::string(CpuidWords()[static_cast<size_t>(*c.cpuid)])
             : "";
}
std::string ShowNumber(uint32_t number) {
  return number > 0 ? absl::StrCat(number) : "";
}
std::string ShowKhz(const VmConfiguration& c) { return ShowNumber(c.tsc_khz); }
std::string ShowVcpus(const VmConfiguration& c) { return ShowNumber(c.vcpus); }
std::string ShowSlots(const VmConfiguration& c) { return ShowNumber(c.slots); }

constexpr Key kKeys[] = {
    {kVmApic, "apic", TakeApic, ShowApic},
    {kVmPmu, "pmu", TakePmu, ShowPmu},
    {kVmExitsDisabled, "exits_disabled", TakeExits, ShowExits},
    {kVmCpuid, "cpuid", TakeCpuid, ShowCpuid},
    {kVmTscKhz, "tsc_khz", TakeKhz, ShowKhz},
    {kVmVcpus, "vcpus", TakeVcpus, ShowVcpus},
    {kVmSlots, "slots", TakeSlots, ShowSlots},
};

Words KeyNames(uint32_t parts) {
  Words names;
  for (const Key& key : kKeys) {
    if (key.part & parts) names.push_back(key.name);
  }
  return names;
}

// Returns the key of this name. kInvalidArgument: there is none, or the
// architecture has none.
absl::StatusOr<const Key*> FindKey(absl::string_view name, uint32_t parts) {
  const Words names = KeyNames(parts);
  const std::string keys = absl::StrJoin(names, ", ");
  for (const Key& key : kKeys) {
    if (key.name != name) continue;
    if (key.part & parts) return &key;
    return Bad(name, absl::StrCat("VMs of this architecture have no such "
                                  "choice; the keys are ",
                                  keys));
  }
  return Bad(name, absl::StrCat("no such key; the keys are ", keys,
                                DidYouMean(name, names)));
}

// One key as it was written, with the words that belong to it.
struct Setting {
  const Key* key;
  Words words;
};

absl::StatusOr<std::vector<Setting>> Split(absl::string_view text,
                                           uint32_t parts) {
  std::vector<Setting> settings;
  for (absl::string_view item : absl::StrSplit(text, absl::ByAnyChar(",;"))) {
    item = absl::StripAsciiWhitespace(item);
    const size_t colon = item.find(':');
    if (colon == item.npos) {
      if (settings.empty() || item.empty()) {
        return Bad(item.empty() ? text : item,
                   "give KEY:VALUE, such as pmu:off; several are joined by "
                   "commas");
      }
      settings.back().words.push_back(item);
      continue;
    }
    const absl::string_view name =
        absl::StripAsciiWhitespace(item.substr(0, colon));
    EB_ASSIGN_OR_RETURN(const Key* key, FindKey(name, parts));
    for (const Setting& other : settings) {
      if (other.key == key) return Bad(text, absl::StrCat(name, " is twice"));
    }
    settings.push_back(
        {key, {absl::StripAsciiWhitespace(item.substr(colon + 1))}});
  }
  return settings;
}

// Returns the configuration with only `parts` of it.
VmConfiguration Only(uint32_t parts, VmConfiguration c) {
  if (!(parts & kVmApic)) c.apic.reset();
  if (!(parts & kVmPmu)) c.pmu.reset();
  if (!(parts & kVmExitsDisabled)) c.exits_disabled = 0;
  if (!(parts & kVmCpuid)) c.cpuid.reset();
  if (!(parts & kVmTscKhz)) c.tsc_khz = 0;
  if (!(parts & kVmVcpus)) c.vcpus = 0;
  if (!(parts & kVmSlots)) c.slots = 0;
  return c;
}

// Returns the parts that the row obeys if they are to be so: its own devices,
// vCPUs and slots have to be there.
uint32_t ObeyedBy(const Case& row, const VmConfiguration& c) {
  uint32_t parts = ObeyedParts(row);
  const VmShape& shape = row.shape;
  if (c.apic == ApicHome::kUser && shape.irqchip) parts &= ~kVmApic;
  if (c.apic == ApicHome::kSplit && shape.pit) parts &= ~kVmApic;
  // With local APICs in the kernel other vCPUs wait to be started.
  if (!shape.irqchip && shape.vcpus > 1) parts &= ~kVmApic;
  if (c.vcpus < static_cast<uint32_t>(shape.vcpus)) parts &= ~kVmVcpus;
  if (c.slots < (shape.data_bytes > 0 ? 2 : 1)) parts &= ~kVmSlots;
  return parts;
}

// What the events do not do without these exits.
void DropDisabled(uint32_t exits_disabled, Claims& claims) {
  for (CounterClaim& claim : claims) {
    if (!(claim.disabled_by & exits_disabled)) continue;
    claim.per_event = claim.per_event_most = 0;
    claim.or_none = false;
    claim.with = claim.without = 0;
  }
}

std::string SuffixOf(const VmConfiguration& configuration) {
  std::string suffix;
  for (const Key& key : kKeys) {
    const std::string value = key.show(configuration);
    if (value.empty()) continue;
    absl::StrAppend(&suffix, ".", key.name, "_",
                    absl::StrReplaceAll(value, {{",", "_"}}));
  }
  return suffix;
}

}  // namespace

absl::StatusOr<VmConfiguration> ParseConfiguration(absl::string_view text,
                                                   uint32_t parts) {
  VmConfiguration configuration;
  if (text.empty()) return configuration;
  EB_ASSIGN_OR_RETURN(const std::vector<Setting> settings, Split(text, parts));
  for (const Setting& setting : settings) {
    EB_RETURN_IF_ERROR(
        setting.key->take(*setting.key, setting.words, configuration));
  }
  return configuration;
}

std::vector<Fact> ConfigurationFacts(const VmConfiguration& configuration) {
  std::vector<Fact> facts;
  for (const Key& key : kKeys) {
    const std::string value = key.show(configuration);
    if (value.empty()) continue;
    facts.push_back({absl::StrCat(kVmSettingPrefix, key.name), value});
  }
  return facts;
}

uint32_t ObeyedParts(const Case& row) {
  // A call of the host's does not depend on what a guest would find.
  const bool has_guest = row.blob != nullptr || row.host_loop.timed == RunVcpu;
  return has_guest ? kAllVmParts & ~row.fixed_parts : 0;
}

absl::StatusOr<std::vector<CaseInstance>> Configured(
    std::vector<CaseInstance> cases, const VmConfiguration& configuration) {
  uint32_t obeyed = 0;
  for (CaseInstance& instance : cases) {
    const uint32_t parts = ObeyedBy(*instance.row, configuration);
    obeyed |= parts;
    const VmConfiguration own = Only(parts, configuration);
    if (own == VmConfiguration()) continue;
    Case row = *instance.row;
    row.shape.configuration = own;
    DropDisabled(own.exits_disabled, row.expect.claims);
    instance.plain_name = instance.name;
    absl::StrAppend(&instance.name, SuffixOf(own));
    instance.made_row = std::make_shared<const Case>(std::move(row));
    instance.row = instance.made_row.get();
  }
  for (const Key& key : kKeys) {
    const std::string value = key.show(configuration);
    if (value.empty() || (obeyed & key.part)) continue;
    return Bad(absl::StrCat(key.name, ":", value),
               "changes none of the selected cases");
  }
  return cases;
}

}  // namespace exitbench
