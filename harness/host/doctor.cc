#include "harness/host/doctor.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "harness/clock/arch/timer.h"
#include "harness/host/arch_findings.h"
#include "harness/host/cgroup.h"
#include "harness/host/known_hosts.h"

namespace exitbench {
namespace {

// "always [madvise] never" -> "madvise".
std::string Chosen(const std::string& list) {
  const size_t open = list.find('['), close = list.find(']');
  if (open == std::string::npos || close == std::string::npos) return list;
  return list.substr(open + 1, close - open - 1);
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

Finding Governor(const Host& host) {
  const std::string driver = FactOf(host.facts, "cpufreq.driver");
  const std::string governor = FactOf(host.facts, "cpufreq.governor");
  if (governor == kAbsent) {
    return Note("frequency governor", "none visible",
                "the frequency may move unseen (in a VM, by the outer host)");
  }
  if (governor == "performance") {
    return Good("frequency governor",
                absl::StrCat(governor, " (", driver, ")"));
  }
  return Warning(
      "frequency governor", absl::StrCat(governor, " (", driver, ")"),
      absl::StrCat("a changing core frequency changes cycles of the constant ",
                   kClockName),
      "cpupower frequency-set -g performance");
}

Finding Smt(const Host& host) {
  const std::string smt = FactOf(host.facts, "cpu.smt");
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
  const std::string thp = Chosen(FactOf(host.facts, "thp.enabled"));
  if (thp == kAbsent) {
    return Note("transparent huge pages", thp,
                "cases that want them are not to be had");
  }
  return Good("transparent huge pages", thp);
}

Finding Ksm(const Host& host) {
  const std::string ksm = FactOf(host.facts, "ksm.run");
  if (ksm != "1") return Good("KSM", ksm == kAbsent ? ksm : "off");
  return Warning("KSM", "running",
                 "merging pages write-protects them: faults out of nowhere",
                 "echo 0 > /sys/kernel/mm/ksm/run");
}

Finding NumaBalancing(const Host& host) {
  const std::string value = FactOf(host.facts, "numa_balancing");
  if (value == kAbsent || value == "0") return Good("NUMA balancing", "off");
  return Warning("NUMA balancing", "on",
                 "it unmaps pages to see who touches them: extra faults",
                 "echo 0 > /proc/sys/kernel/numa_balancing");
}

Finding Isolation(const Host& host) {
  const std::string isolated = FactOf(host.facts, "cpu.isolated");
  if (!isolated.empty() && isolated != kAbsent) {
    return Good("isolated CPUs", isolated);
  }
  return Note("isolated CPUs", "none",
              "other tasks may share the pinned CPU: longer tails",
              "boot with isolcpus=N nohz_full=N rcu_nocbs=N and run with "
              "--cpu=N");
}

Finding NmiWatchdog(const Host& host) {
  const std::string value = FactOf(host.facts, "nmi_watchdog");
  if (value != "1") return Good("NMI watchdog", value == "0" ? "off" : value);
  return Note("NMI watchdog", "on", "an NMI now and then: longer tails",
              "echo 0 > /proc/sys/kernel/nmi_watchdog");
}

Finding CpuQuota(const std::vector<Fact>& session_facts) {
  const std::string quota = FactOf(session_facts, kCgroupQuotaFact);
  const std::vector<std::string> parts = absl::StrSplit(quota, '/');
  double us = 0, period_us = 0;
  if (parts.size() != 2 || !absl::SimpleAtod(parts[0], &us) ||
      !absl::SimpleAtod(parts[1], &period_us) || period_us <= 0) {
    return Good("CPU quota", quota == kAbsent ? "none visible" : quota);
  }
  return Warning(
      "CPU quota",
      absl::StrFormat("%s of %s us (%.3g CPUs), cgroup %s", parts[0], parts[1],
                      us / period_us, FactOf(session_facts, kCgroupPathFact)),
      "once it is used up the kernel stops all threads until the next "
      "period: long tails",
      "run outside of that group, or without a limit (echo max > cpu.max)");
}

Finding Load(const std::vector<Fact>& session_facts) {
  const std::string load = FactOf(session_facts, "loadavg");
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
  const std::string value = FactOf(host.facts, "perf_event_paranoid");
  if (value == kAbsent) return Note("perf events", value, "none to be had");
  return Good("perf events", absl::StrCat("paranoid level ", value));
}

// The features that decide which events exit here: see vmm/host/feature_set.h.
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
  if (FactOf(host.facts, kExpectationsFact) != "untested") {
    return Good("features for guests", found);
  }
  return Note("features for guests", found,
              "no host of this kind has been tested: an UNEXPECTED case may be "
              "exitbench's mistake",
              "report it, with the results file");
}

}  // namespace

std::vector<Finding> Diagnose(const Host& host,
                              const std::vector<Fact>& session_facts) {
  std::vector<Finding> findings = {Nesting(host),
                                   BackendFinding(host),
                                   Governor(host),
                                   TurboFinding(host),
                                   Smt(host),
                                   Mitigations(host),
                                   Thp(host),
                                   Ksm(host),
                                   NumaBalancing(host),
                                   Isolation(host),
                                   ClocksourceFinding(host),
                                   NmiWatchdog(host),
                                   PerfLimit(host),
                                   KvmParametersFinding(host)};
  for (Finding& further : FurtherFindings(host)) {
    findings.push_back(std::move(further));
  }
  findings.push_back(Features(host));
  findings.push_back(CpuQuota(session_facts));
  findings.push_back(Load(session_facts));
  return findings;
}

}  // namespace exitbench
