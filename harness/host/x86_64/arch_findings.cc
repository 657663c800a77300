#include "harness/host/arch_findings.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace exitbench {

Finding BackendFinding(const Host& host) {
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

Finding TurboFinding(const Host& host) {
  const std::string boost = FactOf(host.facts, "cpufreq.boost");
  const std::string no_turbo = FactOf(host.facts, "intel_pstate.no_turbo");
  if (boost == kAbsent && no_turbo == kAbsent) {
    return Note("turbo", "not visible", "may move the frequency unseen");
  }
  if (boost == "0" || no_turbo == "1") return Good("turbo", "off");
  return Warning("turbo", "on",
                 "the frequency follows heat and what the other cores do",
                 "echo 0 > /sys/devices/system/cpu/cpufreq/boost, or echo 1 > "
                 ".../intel_pstate/no_turbo");
}

Finding ClocksourceFinding(const Host& host) {
  const std::string clock = FactOf(host.facts, "clocksource");
  if (clock == "tsc" || (host.virtual_machine && clock == "kvm-clock")) {
    return Good("clocksource", clock);
  }
  return Warning("clocksource", clock,
                 "the kernel does not trust this TSC: stamps of different "
                 "CPUs may not compare, and legs may be refused",
                 "see dmesg for 'TSC unstable'; boot with tsc=reliable if you "
                 "know better");
}

Finding KvmParametersFinding(const Host& host) {
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

std::vector<Finding> FurtherFindings(const Host&) { return {}; }

}  // namespace exitbench
