#include "results/sides/compatibility.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "results/model/names.h"
#include "results/sides/configurations.h"

namespace exitbench {
namespace {

// Larger than any recalibration of one clock at boot, smaller than the
// difference between any two models.
constexpr double kClockTolerance = 1e-3;

// Facts of the process's control group. Files of 0.1 lack them.
constexpr absl::string_view kCgroup = "cgroup.";
// Which errata of an arm64 processor the kernel works round. Only root can read
// that, and not long after the boot.
constexpr absl::string_view kErrata = "cpu.errata";

struct Rule {
  absl::string_view prefix;
  bool matters;
  Action action;
};

// The first rule that fits decides.
const Rule kRules[] = {
    {"budget", false, Action::kNote},
    {"loadavg", false, Action::kNote},
    {"pressure.", false, Action::kNote},
    {"uptime", false, Action::kNote},
    // A name costs nothing, and systemd numbers those of logins. What the group
    // limits, and how deep it lies, are facts of their own.
    {"cgroup.path", false, Action::kNote},
    {kCgroup, true, Action::kWarn},
    {"kernel.cmdline", true, Action::kWarn},
    // Has a warning of its own: see side_warnings.h.
    {kKernelCompilerFact, false, Action::kNote},
    {"kernel.", true, Action::kNote},
    {"bios.", true, Action::kWarn},
    {"machine.", true, Action::kWarn},
    {"memory.", true, Action::kWarn},
    {"gic", true, Action::kWarn},
    // These two also depend on which features the kernel knows.
    {"cpu.flags", true, Action::kNote},
    {"cpu.bugs", true, Action::kNote},
    {"cpu.", true, Action::kWarn},
    {"cpufreq.", true, Action::kWarn},
    {"cpuidle.", true, Action::kWarn},
    {"intel_pstate", true, Action::kWarn},
    {"thp.", true, Action::kWarn},
    {"hugepages", true, Action::kWarn},
    {"ksm", true, Action::kWarn},
    {"numa", true, Action::kWarn},
    {"clocksource", true, Action::kWarn},
    {"nmi_watchdog", true, Action::kWarn},
    {"module.", true, Action::kWarn},
    {"feature.", true, Action::kWarn},
    {"expectations", false, Action::kNote},
};

std::map<std::string, std::string> FactsOf(const Side& side) {
  std::map<std::string, std::string> facts;
  for (const Fact& fact : side.host.facts) facts[fact.key] = fact.value;
  std::map<std::string, std::set<std::string>> of_sessions;
  for (const Session& session : side.sessions) {
    for (const Fact& fact : session.facts) {
      of_sessions[fact.key].insert(fact.value);
    }
  }
  for (const auto& [key, values] : of_sessions) {
    facts.emplace(key, absl::StrJoin(values, " or "));
  }
  return facts;
}

// The distinct texts that `of` gives for the sessions.
template <typename Of>
std::string Distinct(const Side& side, Of of) {
  std::set<std::string> values;
  for (const Session& session : side.sessions) values.insert(of(session));
  return absl::StrJoin(values, " or ");
}

// The VM's configuration is left out: each part of it is compared by itself.
std::string Settings(const Session& session) {
  std::vector<std::string> texts;
  for (const Fact& fact : session.settings) {
    if (absl::StartsWith(fact.key, kVmSettingPrefix)) continue;
    texts.push_back(absl::StrCat(fact.key, "=", fact.value));
  }
  return absl::StrJoin(texts, " ");
}

// Keeps of two command lines the words that only one of them has. Words that
// name the kernel's image are dropped.
void KeepDifferentWords(std::string& baseline, std::string& candidate) {
  const auto words = [](const std::string& line) {
    std::set<std::string> set;
    for (absl::string_view word : absl::StrSplit(line, ' ')) {
      if (!word.empty() && !absl::StartsWith(word, "BOOT_IMAGE=") &&
          !absl::StartsWith(word, "initrd=")) {
        set.insert(std::string(word));
      }
    }
    return set;
  };
  const auto only = [](const std::set<std::string>& a,
                       const std::set<std::string>& b) {
    std::vector<std::string> left;
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(left));
    return absl::StrJoin(left, " ");
  };
  const std::set<std::string> a = words(baseline), b = words(candidate);
  baseline = only(a, b);
  candidate = only(b, a);
}

class Differences {
 public:
  void Compare(Action action, absl::string_view what, std::string baseline,
               std::string candidate) {
    if (baseline == candidate) return;
    found_.push_back(
        {action, std::string(what), std::move(baseline), std::move(candidate)});
  }
  std::vector<Difference> Sorted() {
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Difference& a, const Difference& b) {
                       return a.action < b.action;
                     });
    return std::move(found_);
  }

 private:
  std::vector<Difference> found_;
};

using Facts = std::map<std::string, std::string>;

// What a process could not see is unknown. That is no difference.
bool IsUnknown(const Facts& facts, const std::string& key) {
  const auto found = facts.find(key);
  if (absl::StartsWith(key, kCgroup) || key == kErrata) {
    return found == facts.end() || found->second == "absent";
  }
  // The kernel's words while it has no VM, whatever it does when it has one
  // (arch/x86/kernel/cpu/bugs.c).
  return key == "cpu.vulnerabilities.itlb_multihit" && found != facts.end() &&
         found->second == "KVM: Mitigation: VMX disabled";
}

// A fact that one side lacks is unknown to that kernel or exitbench. It is not
// a setting, so it is noted. A mitigation that came with a kernel is a finding.
Action ActionWhereMissing(absl::string_view key, absl::string_view value) {
  return absl::StartsWith(key, "cpu.vulnerabilities.") &&
                 value != "Not affected"
             ? Action::kWarn
             : Action::kNote;
}

// Kernels differ in how they write a boolean parameter and an empty list of
// CPUs.
std::string Normal(absl::string_view key, const std::string& value) {
  if (absl::StartsWith(key, "module.")) {
    if (value == "N") return "0";
    if (value == "Y") return "1";
  }
  if ((key == "cpu.nohz_full" || key == "cpu.isolated") &&
      (value.empty() || value == "(null)" || value == "absent")) {
    return "none";
  }
  return value;
}

void CompareFacts(const Side& baseline, const Side& candidate,
                  Differences& differences) {
  const Facts a = FactsOf(baseline), b = FactsOf(candidate);
  std::set<std::string> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  for (const std::string& key : keys) {
    Action action;
    if (!FactAction(key, action)) continue;
    const auto x = a.find(key), y = b.find(key);
    if (IsUnknown(a, key) || IsUnknown(b, key)) continue;
    if (x == a.end()) {
      differences.Compare(ActionWhereMissing(key, y->second), key,
                          std::string(kNotRecorded), y->second);
    } else if (y == b.end()) {
      differences.Compare(ActionWhereMissing(key, x->second), key, x->second,
                          std::string(kNotRecorded));
    } else {
      std::string old_value = Normal(key, x->second);
      std::string new_value = Normal(key, y->second);
      if (key == "kernel.cmdline") KeepDifferentWords(old_value, new_value);
      differences.Compare(action, key, std::move(old_value),
                          std::move(new_value));
    }
  }
}

std::string PartOf(const std::map<std::string, std::string>& configuration,
                   const std::string& key) {
  const auto found = configuration.find(key);
  return found == configuration.end() ? std::string(kDefaultPart)
                                      : found->second;
}

void CompareConfigurations(const Side& baseline, const Side& candidate,
                           Differences& differences) {
  const std::map<std::string, std::string> a = ConfigurationOf(baseline),
                                           b = ConfigurationOf(candidate);
  std::set<std::string> keys;
  for (const auto& [key, value] : a) keys.insert(key);
  for (const auto& [key, value] : b) keys.insert(key);
  for (const std::string& key : keys) {
    differences.Compare(Action::kWarn, key, PartOf(a, key), PartOf(b, key));
  }
}

std::string Kind(const Host& host) {
  return host.virtual_machine ? "virtual" : "bare metal";
}

}  // namespace

std::string KernelCompiler(const Host& host) {
  for (const Fact& fact : host.facts) {
    if (fact.key == kKernelCompilerFact && fact.value != "absent") {
      return fact.value;
    }
  }
  return "";
}

std::string ArchitectureOf(const Host& host) {
  return host.architecture.empty() ? "x86_64" : host.architecture;
}

bool FactAction(absl::string_view key, Action& action) {
  for (const Rule& rule : kRules) {
    if (!absl::StartsWith(key, rule.prefix)) continue;
    action = rule.action;
    // A module's build identity changes with its kernel. Its parameters are set
    // by the user.
    if (rule.prefix == "module." && (absl::EndsWith(key, ".srcversion") ||
                                     absl::EndsWith(key, ".version"))) {
      action = Action::kNote;
    }
    return rule.matters;
  }
  action = Action::kNote;
  return true;
}

std::vector<Difference> CompareHosts(const Side& baseline,
                                     const Side& candidate) {
  const Host& a = baseline.host;
  const Host& b = candidate.host;
  Differences d;
  const std::string of_a = ArchitectureOf(a);
  const std::string of_b = ArchitectureOf(b);
  if (of_a != of_b) {
    // Nothing else means anything then.
    d.Compare(Action::kRefuse, "architecture", of_a, of_b);
    return d.Sorted();
  }
  const auto tick = [](const Host& host) {
    return std::string(Name(Unit::kTicks, host.tick));
  };
  d.Compare(Action::kRefuse, "what is counted", tick(a), tick(b));
  const Action unless_forced = Action::kRefuseUnlessForced;
  d.Compare(unless_forced, "CPU model", a.cpu_model, b.cpu_model);
  d.Compare(unless_forced, "KVM backend", a.kvm_backend, b.kvm_backend);
  d.Compare(unless_forced, "paging", a.paging, b.paging);
  d.Compare(unless_forced, "host", Kind(a), Kind(b));
  d.Compare(unless_forced, "hypervisor below", a.hypervisor, b.hypervisor);
  d.Compare(unless_forced, "emulator", a.emulator, b.emulator);
  if (std::abs(a.tsc_khz - b.tsc_khz) > kClockTolerance * a.tsc_khz) {
    d.Compare(unless_forced, absl::StrCat(ClockName(a), " kHz"),
              absl::StrFormat("%.0f", a.tsc_khz),
              absl::StrFormat("%.0f", b.tsc_khz));
  }
  d.Compare(unless_forced, "settings of the cases",
            Distinct(baseline, Settings), Distinct(candidate, Settings));
  CompareConfigurations(baseline, candidate, d);
  d.Compare(Action::kWarn, "microcode", a.microcode, b.microcode);
  d.Compare(Action::kWarn, "pinned to CPUs",
            Distinct(baseline, [](const Session& s) { return s.cpus; }),
            Distinct(candidate, [](const Session& s) { return s.cpus; }));
  const auto events = [](const Session& s) { return absl::StrCat(s.events); };
  d.Compare(Action::kWarn, "events per run", Distinct(baseline, events),
            Distinct(candidate, events));
  const auto stamps = [](const Session& s) {
    return absl::StrJoin(
        {s.clock_calibration.host_stamp, s.clock_calibration.guest_stamp_ring0,
         s.clock_calibration.guest_stamp_ring3},
        ", ");
  };
  d.Compare(Action::kWarn, "time stamps by", Distinct(baseline, stamps),
            Distinct(candidate, stamps));
  CompareFacts(baseline, candidate, d);
  d.Compare(Action::kNote, "kernel", a.kernel_release, b.kernel_release);
  if (a.kernel_release == b.kernel_release) {
    d.Compare(Action::kNote, "kernel build", a.kernel_version,
              b.kernel_version);
  }
  d.Compare(Action::kNote, "exitbench", baseline.tool_version,
            candidate.tool_version);
  return d.Sorted();
}

}  // namespace exitbench
