#include "results/sides/traits.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "results/sides/compatibility.h"
#include "results/sides/configurations.h"
#include "results/sides/kernel_words.h"

namespace exitbench {
namespace {

constexpr absl::string_view kModule = "module.";
constexpr absl::string_view kMitigations = "mitigations";

// What follows from what. A key ends with '*' if it is the beginning of many.
struct Consequence {
  absl::string_view effect;
  absl::string_view cause;
};

const Consequence kConsequences[] = {
    {"module.kvm.nx_huge_pages*", kMitigations},
    {"module.kvm.mitigate_smt_rsb", kMitigations},
    {"module.kvm_intel.vmentry_l1d_flush", kMitigations},
    {"module.kvm_intel.vmentry_l1d_flush", "l1tf"},
    {"module.kvm.tdp_mmu", "module.kvm_amd.npt"},
    {"module.kvm.tdp_mmu", "module.kvm_intel.ept"},
    {"module.kvm.mmio_caching", "module.kvm_amd.npt"},
    {"module.kvm.mmio_caching", "module.kvm_intel.ept"},
    {"module.kvm_amd.avic", "module.kvm_amd.npt"},
    {"module.kvm_intel.eptad", "module.kvm_intel.ept"},
    {"module.kvm_intel.pml", "module.kvm_intel.ept"},
    {"module.kvm_intel.unrestricted_guest", "module.kvm_intel.ept"},
    {"module.kvm_intel.allow_smaller_maxphyaddr", "module.kvm_intel.ept"},
    {"module.kvm_intel.vmentry_l1d_flush", "module.kvm_intel.ept"},
    {"module.kvm_intel.enable_ipiv", "module.kvm_intel.enable_apicv"},
    {"module.*", "CPU model"},
    {"cpu.*", "CPU model"},
    {"feature.*", "CPU model"},
    {"microcode", "CPU model"},
    {"TSC kHz", "CPU model"},
    {"CNTVCT kHz", "CPU model"},
};

// Defaults of arch/x86/kvm, as facts have them in Linux 5.10 to 7.3.
struct Default {
  absl::string_view key;
  absl::string_view value;
};

const Default kDefaults[] = {
    {"module.kvm.halt_poll_ns", "200000"},
    {"module.kvm.lapic_timer_advance", "1"},
    {"module.kvm.lapic_timer_advance_ns", "-1"},
    {"module.kvm_amd.npt", "1"},
    {"module.kvm_intel.ept", "1"},
    {kMitigations, "auto"},
};

// A word of the command line that a side does not have.
constexpr absl::string_view kNoWord = "unset";

bool Matches(absl::string_view pattern, absl::string_view key) {
  return absl::ConsumeSuffix(&pattern, "*") ? absl::StartsWith(key, pattern)
                                            : key == pattern;
}

std::string FactOf(const Side& side, absl::string_view key) {
  for (const Fact& fact : side.host.facts) {
    if (fact.key == key) return fact.value;
  }
  return "";
}

std::vector<KernelWords> WordsOfAll(const std::vector<const Side*>& sides) {
  std::vector<KernelWords> words;
  for (const Side* side : sides) {
    const std::string line = FactOf(*side, "kernel.cmdline");
    // Where one is not known nothing tells in what it differs.
    if (line.empty() || line == "absent") {
      return std::vector<KernelWords>(sides.size());
    }
    words.push_back(ParseKernelWords(line));
  }
  return words;
}

// A list with one of its words in brackets is the choice of that word.
absl::string_view Chosen(absl::string_view value) {
  const size_t open = value.find('['), close = value.find(']');
  return open != value.npos && close != value.npos && open < close
             ? value.substr(open + 1, close - open - 1)
             : value;
}

bool IsDifferent(const std::vector<std::string>& values) {
  return std::any_of(
      values.begin(), values.end(),
      [&values](const std::string& value) { return value != values[0]; });
}

// What only one kernel knows is no setting of people's, but two sides of that
// kernel may differ in it.
bool IsTrait(const Difference& d) {
  if (d.action != Action::kNote) return d.what != "kernel.cmdline";
  return d.what == "exitbench" || (absl::StartsWith(d.what, kModule) &&
                                   !absl::EndsWith(d.what, ".srcversion") &&
                                   !absl::EndsWith(d.what, ".version"));
}

TraitKind KindOf(const Difference& d) {
  return absl::StartsWith(d.what, kModule) ||
                 absl::StartsWith(d.what, kVmSettingPrefix) ||
                 d.what == "settings of the cases"
             ? TraitKind::kSetting
             : TraitKind::kFact;
}

// The VM's configuration is written as it was given: "pmu:off".
std::string PartText(absl::string_view name, absl::string_view value) {
  return value == kDefaultPart ? absl::StrCat("default ", name)
                               : absl::StrCat(name, ":", value);
}

// Returns the value of `key` in its label. What a host is says it all; other
// values need a name.
std::string TextOf(const std::string& name, absl::string_view value) {
  static const auto* const whole = new std::set<std::string>{
      "architecture",     "what is counted", "CPU model",
      "KVM backend",      "paging",          "host",
      "hypervisor below", "emulator",        "settings of the cases"};
  if (whole->count(name) > 0) return std::string(value);
  return absl::StrCat(name, absl::StrContains(name, ' ') ? " " : "=",
                      Chosen(value));
}

// Adds what CompareHosts() finds, each in the order in which it lists them.
void AddDifferences(const std::vector<const Side*>& sides,
                    std::vector<Trait>& traits) {
  std::map<std::string, size_t> place;
  for (size_t i = 1; i < sides.size(); ++i) {
    for (const Difference& d : CompareHosts(*sides[0], *sides[i])) {
      if (!IsTrait(d)) continue;
      const auto [at, is_new] = place.try_emplace(d.what, traits.size());
      if (is_new) {
        Trait& trait = traits.emplace_back();
        trait.kind = KindOf(d);
        trait.key = d.what;
        trait.name = std::string(absl::StripPrefix(
            absl::StripPrefix(d.what, kModule), kVmSettingPrefix));
        trait.values.assign(sides.size(), d.baseline);
      }
      traits[at->second].values[i] = d.candidate;
    }
  }
  for (Trait& trait : traits) {
    const bool of_vm = absl::StartsWith(trait.key, kVmSettingPrefix);
    for (const std::string& value : trait.values) {
      trait.texts.push_back(of_vm ? PartText(trait.name, value)
                                  : TextOf(trait.name, value));
    }
  }
}

// Says of each parameter what the command lines say of it.
void AddGiven(const std::vector<KernelWords>& words,
              std::vector<Trait>& traits) {
  for (Trait& trait : traits) {
    trait.given.resize(words.size());
    for (size_t i = 0; i < words.size(); ++i) {
      for (const auto& [word, value] : words[i]) {
        if (ParameterFact(word) == trait.key) trait.given[i] = value;
      }
    }
  }
}

Trait WordTrait(const std::string& word,
                const std::vector<KernelWords>& words) {
  Trait trait;
  trait.kind = TraitKind::kSetting;
  trait.key = trait.name = word;
  const bool has_default = word == kMitigations;
  for (const KernelWords& of_side : words) {
    const auto found = of_side.find(word);
    if (found == of_side.end() && !has_default) {
      trait.values.emplace_back(kNoWord);
      trait.texts.push_back(absl::StrCat("no ", word));
      continue;
    }
    const std::string value = found == of_side.end() ? "auto" : found->second;
    trait.values.push_back(value.empty() ? "set" : value);
    trait.texts.push_back(value.empty() ? word
                                        : absl::StrCat(word, "=", value));
  }
  return trait;
}

// Adds the words in which command lines differ, mitigations first. Parameters
// that are facts are left out: the fact is what they came to.
void AddWords(const std::vector<const Side*>& sides,
              const std::vector<KernelWords>& words,
              std::vector<Trait>& traits) {
  std::set<std::string> facts, names;
  for (const Side* side : sides) {
    for (const Fact& fact : side->host.facts) facts.insert(fact.key);
  }
  for (const KernelWords& of_side : words) {
    for (const auto& [word, value] : of_side) {
      if (facts.count(ParameterFact(word)) == 0) names.insert(word);
    }
  }
  const auto add = [&](const std::string& word) {
    Trait trait = WordTrait(word, words);
    if (IsDifferent(trait.values)) traits.push_back(std::move(trait));
  };
  const std::string mitigations(kMitigations);
  if (names.erase(mitigations) > 0) add(mitigations);
  for (const std::string& word : names) add(word);
}

void AddKernel(const std::vector<const Side*>& sides,
               std::vector<Trait>& traits) {
  Trait release, build;
  release.kind = TraitKind::kKernel;
  build.kind = TraitKind::kBuild;
  release.key = release.name = "kernel";
  build.key = build.name = "kernel build";
  for (const Side* side : sides) {
    const Host& host = side->host;
    release.values.push_back(host.kernel_release);
    release.texts.push_back(host.kernel_release);
    build.values.push_back(
        absl::StrCat(host.kernel_release, " ", host.kernel_version));
    build.texts.push_back(absl::StrCat("build ", host.kernel_version));
  }
  for (Trait* trait : {&release, &build}) {
    if (IsDifferent(trait->values)) traits.push_back(std::move(*trait));
  }
}

// The rank of a trait within those of all kinds: lower ranks mean more.
std::pair<TraitKind, int> Rank(const Trait& trait) {
  if (trait.kind != TraitKind::kSetting) return {trait.kind, 0};
  if (absl::StartsWith(trait.key, kModule)) {
    return {trait.kind, IsDifferent(trait.given) ? 0 : 1};
  }
  return {trait.kind, trait.key == "settings of the cases" ? 3 : 2};
}

}  // namespace

std::vector<Trait> TraitsOf(const std::vector<const Side*>& sides) {
  std::vector<Trait> traits;
  if (sides.empty()) return traits;
  const std::vector<KernelWords> words = WordsOfAll(sides);
  AddDifferences(sides, traits);
  AddGiven(words, traits);
  AddWords(sides, words, traits);
  AddKernel(sides, traits);
  std::stable_sort(
      traits.begin(), traits.end(),
      [](const Trait& a, const Trait& b) { return Rank(a) < Rank(b); });
  return traits;
}

bool TellsApart(const Trait& trait, const std::vector<Trait>& traits, size_t a,
                size_t b) {
  if (trait.values[a] == trait.values[b] || trait.values[a] == kNotRecorded ||
      trait.values[b] == kNotRecorded) {
    return false;
  }
  // What was asked for follows from nothing.
  if (!trait.given.empty() && trait.given[a] != trait.given[b]) return true;
  for (const Consequence& c : kConsequences) {
    if (!Matches(c.effect, trait.key)) continue;
    for (const Trait& cause : traits) {
      if (cause.key == c.cause && cause.values[a] != cause.values[b]) {
        return false;
      }
    }
  }
  return true;
}

std::optional<size_t> DefaultSide(const Trait& setting) {
  for (const Default& known : kDefaults) {
    if (known.key != setting.key) continue;
    const auto found = std::find(setting.values.begin(), setting.values.end(),
                                 std::string(known.value));
    if (found == setting.values.end()) return std::nullopt;
    return static_cast<size_t>(found - setting.values.begin());
  }
  if (absl::StartsWith(setting.key, kVmSettingPrefix)) {
    const auto found =
        std::find(setting.values.begin(), setting.values.end(), kDefaultPart);
    if (found == setting.values.end()) return std::nullopt;
    return static_cast<size_t>(found - setting.values.begin());
  }
  // A parameter or word that some command lines leave alone and others do not.
  const std::vector<std::string>& said =
      setting.given.empty() ? setting.values : setting.given;
  const absl::string_view nothing = setting.given.empty() ? kNoWord : "";
  std::optional<size_t> first;
  bool given = false;
  for (size_t i = 0; i < said.size(); ++i) {
    if (said[i] != nothing) {
      given = true;
    } else if (!first.has_value()) {
      first = i;
    } else if (setting.values[i] != setting.values[*first]) {
      return std::nullopt;
    }
  }
  return given ? first : std::nullopt;
}

bool AreOfOneKernel(const std::vector<const Side*>& sides) {
  return std::all_of(sides.begin(), sides.end(), [&sides](const Side* side) {
    const Host& a = sides[0]->host;
    const Host& b = side->host;
    return a.kernel_release == b.kernel_release &&
           a.kernel_version == b.kernel_version &&
           FactOf(*sides[0], "kernel.notes") == FactOf(*side, "kernel.notes");
  });
}

}  // namespace exitbench
