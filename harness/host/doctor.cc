#include "harness/host/doctor.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "harness/host/known_hosts.h"

namespace exitbench {
namespace {

constexpr char kAbsent[] = "absent";

std::string Get(const std::vector<Fact>& facts, absl::string_view key) {
  for (const Fact& fact : facts) {
    if (fact.key == key) return fact.value;
  }
  return kAbsent;
}

// "always [madvise] never" -> "madvise".
std::string Chosen(const std::string& list) {
  const size_t open = list.find('['), close = list.find(']');
  if (open == std::string::npos || close == std::string::npos) return list;
  return list.substr(open + 1, close - open - 1);
}

Finding Good(absl::string_view subject, absl::string_view found) {
  return {Finding::kGood, std::string(subject), std::string(found), "", ""};
}

Finding Note(absl::string_view subject, absl::string_view found,
             absl::string_view effect, absl::string_view fix = "") {
  return {Finding::kNote, std::string(subject), std::string(found),
          std::string(effect), std::string(fix)};
}

Finding Warning(absl::string_view subject, absl::string_view found,
                absl::string_view effect, absl::string_view fix) {
  return {Finding::kWarning, std::string(subject), std::string(found),
          std::string(effect), std::string(fix)};
}

Finding Nesting(const Host& host) {
  if (!host.emulator.empty()) {
    return Note("emulator", host.emulator,
                "figures are those of emulated hardware, not of a processor");
  }
  if (!host.virtual_machine) return Good("nesting", "bare metal");
  return Warning(
      "nesting",
      absl::StrCat("this host is itself a VM (", host.hypervisor, ")"),
      "most exits go through the outer hypervisor too, and it may "
      "take the CPU away",
      "measure on bare metal, or compare nested hosts only with "
      "each other");
}

Finding KvmBackend(const Host& host) {
  const std::string found =
      absl::StrCat(host.kvm_backend, ", ", host.paging, " paging");
  if (host.kvm_backend == "kvm_pvm") {
    return Note("KVM backend", found,
                "ring 0 of the guest is emulated: read the .ring3 cases");
  }
  if (host.paging == "shadow") {
    return Warning("KVM backend", found,
                   "every guest page-table change and many faults cost an exit",
                   "load the module with ept=1 (Intel) or npt=1 (AMD)");
  }
  if (host.kvm_backend == "unknown") {
    return Note("KVM backend", found,
                "counters can't be judged by backend: proofs will be weaker",
                "mount /sys");
  }
  return Good("KVM backend", found);
}

Finding Governor(const Host& host) {
  const std::string driver = Get(host.facts, "cpufreq.driver");
  const std::string governor = Get(host.facts, "cpufreq.governor");
  if (governor == kAbsent) {
    return Note("frequency governor", "none visible",
                "the frequency may move unseen (in a VM, by the outer host)");
  }
  if (governor == "performance") {
    return Good("frequency governor",
                absl::StrCat(governor, " (", driver, ")"));
  }
  return Warning("frequency governor",
                 absl::StrCat(governor, " (", driver, ")"),
                 "a changing core frequency changes cycles of the constant TSC",
                 "cpupower frequency-set -g performance");
}

Finding Turbo(const Host& host) {
  const std::string boost = Get(host.facts, "cpufreq.boost");
  const std::string no_turbo = Get(host.facts, "intel_pstate.no_turbo");
  if (boost == kAbsent && no_turbo == kAbsent) {
    return Note("turbo", "not visible", "may move the frequency unseen");
  }
  if (boost == "0" || no_turbo == "1") return Good("turbo", "off");
  return Warning("turbo", "on",
                 "the frequency follows heat and what the other cores do",
                 "echo 0 > /sys/devices/system/cpu/cpufreq/boost, or echo 1 > "
                 ".../intel_pstate/no_turbo");
}

Finding Smt(const Host& host) {
  const std::string smt = Get(host.facts, "cpu.smt");
  if (smt != "on") return Good("SMT", smt);
  return Warning("SMT", "on",
                 "a busy sibling takes a share of the core, and some "
                 "mitigations act at every switch",
                 "leave the sibling of the pinned CPU idle, or echo off > "
                 "/sys/devices/system/cpu/smt/control");
}

Finding Mitigations(const Host& host) {
  std::vector<std::string> on, vulnerable;
  for (const Fact& fact : host.facts) {
    constexpr absl::string_view kPrefix = "cpu.vulnerabilities.";
    if (!absl::StartsWith(fact.key, kPrefix)) continue;
    const std::string name = fact.key.substr(kPrefix.size());
    if (absl::StartsWith(fact.value, "Mitigation")) on.push_back(name);
    if (absl::StartsWith(fact.value, "Vulnerable")) vulnerable.push_back(name);
  }
  const std::string found =
      absl::StrCat(on.size(), " active, ", vulnerable.size(), " vulnerable");
  if (on.empty()) return Good("mitigations", found);
  return Note("mitigations", absl::StrCat(found, ": ", absl::StrJoin(on, " ")),
              "part of every exit's cost; a kernel that changes them changes "
              "the figures",
              "compare hosts with the same set; mitigations=off shows their "
              "share");
}

Finding Thp(const Host& host) {
  const std::string thp = Chosen(Get(host.facts, "thp.enabled"));
  if (thp == kAbsent) {
    return Note("transparent huge pages", thp,
                "cases that want them are not to be had");
  }
  return Good("transparent huge pages", thp);
}

Finding Ksm(const Host& host) {
  const std::string ksm = Get(host.facts, "ksm.run");
  if (ksm != "1") return Good("KSM", ksm == kAbsent ? ksm : "off");
  return Warning("KSM", "running",
                 "merging pages write-protects them: faults out of nowhere",
                 "echo 0 > /sys/kernel/mm/ksm/run");
}

Finding NumaBalancing(const Host& host) {
  const std::string value = Get(host.facts, "numa_balancing");
  if (value == kAbsent || value == "0") return Good("NUMA balancing", "off");
  return Warning("NUMA balancing", "on",
                 "it unmaps pages to see who touches them: extra faults",
                 "echo 0 > /proc/sys/kernel/numa_balancing");
}

Finding Isolation(const Host& host) {
  const std::string isolated = Get(host.facts, "cpu.isolated");
  if (!isolated.empty() && isolated != kAbsent) {
    return Good("isolated CPUs", isolated);
  }
  return Note("isolated CPUs", "none",
              "other tasks may share the pinned CPU: longer tails",
              "boot with isolcpus=N nohz_full=N rcu_nocbs=N and run with "
              "--cpu=N");
}

Finding Clocksource(const Host& host) {
  const std::string clock = Get(host.facts, "clocksource");
  if (clock == "tsc" || (host.virtual_machine && clock == "kvm-clock")) {
    return Good("clocksource", clock);
  }
  return Warning("clocksource", clock,
                 "the kernel does not trust this TSC: stamps of different "
                 "CPUs may not compare, and legs may be refused",
                 "see dmesg for 'TSC unstable'; boot with tsc=reliable if you "
                 "know better");
}

Finding NmiWatchdog(const Host& host) {
  const std::string value = Get(host.facts, "nmi_watchdog");
  if (value != "1") return Good("NMI watchdog", value == "0" ? "off" : value);
  return Note("NMI watchdog", "on", "an NMI now and then: longer tails",
              "echo 0 > /proc/sys/kernel/nmi_watchdog");
}

Finding Load(const std::vector<Fact>& session_facts) {
  const std::string load = Get(session_facts, "loadavg");
  double one_minute = 0;
  const std::vector<std::string> parts = absl::StrSplit(load, ' ');
  if (!absl::SimpleAtod(parts[0], &one_minute)) {
    return Note("load", load, "unknown");
  }
  if (one_minute < 0.5) return Good("load", parts[0]);
  return Warning("load", parts[0],
                 "other work shares caches, memory and the CPU: runs will be "
                 "tagged as disturbed",
                 "wait until it is over");
}

Finding PerfLimit(const Host& host) {
  const std::string value = Get(host.facts, "perf_event_paranoid");
  if (value == kAbsent) return Note("perf events", value, "none to be had");
  return Good("perf events", absl::StrCat("paranoid level ", value));
}

// What decides which events exit here: see vmm/feature_set.h.
Finding Features(const Host& host) {
  constexpr absl::string_view kPrefix = "feature.";
  std::vector<std::string> has, unknown;
  for (const Fact& fact : host.facts) {
    if (!absl::StartsWith(fact.key, kPrefix)) continue;
    const std::string name = fact.key.substr(kPrefix.size());
    if (fact.value == "yes") has.push_back(name);
    if (fact.value == "unknown") unknown.push_back(name);
  }
  std::string found = has.empty() ? "none" : absl::StrJoin(has, " ");
  if (!unknown.empty()) {
    absl::StrAppend(&found, "; not known: ", absl::StrJoin(unknown, " "));
  }
  if (Get(host.facts, kExpectationsFact) != "untested") {
    return Good("features for guests", found);
  }
  return Note("features for guests", found,
              "no host of this kind has been tested: an UNEXPECTED case may be "
              "exitbench's mistake",
              "report it, with the results file");
}

Finding KvmParameters(const Host& host) {
  std::vector<std::string> found;
  for (const Fact& fact : host.facts) {
    for (absl::string_view name :
         {"module.kvm.halt_poll_ns", "module.kvm_intel.ple_gap",
          "module.kvm_amd.avic", "module.kvm_intel.enable_apicv",
          "module.kvm.nx_huge_pages", "module.kvm_intel.vmentry_l1d_flush"}) {
      if (fact.key == name) {
        found.push_back(absl::StrCat(name.substr(7), "=", fact.value));
      }
    }
  }
  if (found.empty()) {
    return Note("KVM parameters", "none visible", "can't be recorded");
  }
  return Good("KVM parameters", absl::StrJoin(found, " "));
}

}  // namespace

absl::string_view Name(Finding::Level level) {
  switch (level) {
    case Finding::kGood:
      return "good";
    case Finding::kNote:
      return "note";
    case Finding::kWarning:
      return "warning";
  }
  return "unknown";
}

std::vector<Finding> Diagnose(const Host& host,
                              const std::vector<Fact>& session_facts) {
  return {Nesting(host),      KvmBackend(host),    Governor(host),
          Turbo(host),        Smt(host),           Mitigations(host),
          Thp(host),          Ksm(host),           NumaBalancing(host),
          Isolation(host),    Clocksource(host),   NmiWatchdog(host),
          PerfLimit(host),    KvmParameters(host), Features(host),
          Load(session_facts)};
}

}  // namespace exitbench
