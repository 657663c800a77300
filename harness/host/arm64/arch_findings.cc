#include "harness/host/arch_findings.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace exitbench {
namespace {

constexpr double kHzOfFineClock = 1e9;

Finding CounterFinding(const Host& host) {
  double hz = 0;
  if (!absl::SimpleAtod(FactOf(host.facts, "clock.cntfrq_hz"), &hz) ||
      hz <= 0) {
    return Note("counter", "frequency not known", "times in ns are not known");
  }
  const std::string found =
      absl::StrFormat("%.6g MHz, a tick is %.3g ns", hz / 1e6, 1e9 / hz);
  if (hz >= kHzOfFineClock) return Good("counter", found);
  return Note("counter", found,
              "stamps of one event are this coarse: what is compared is the "
              "mean of many events, and tails and legs are rounded to ticks");
}

Finding PageFinding(const Host& host) {
  const std::string bytes = FactOf(host.facts, "memory.page_bytes");
  if (bytes == "4096") return Good("page size", "4 KiB");
  double number = 0;
  if (!absl::SimpleAtod(bytes, &number)) {
    return Note("page size", bytes, "unknown");
  }
  return Note("page size", absl::StrFormat("%.0f KiB", number / 1024),
              "a fault maps more than on a kernel with pages of 4 KiB, and "
              "costs more",
              "compare kernels of the same page size");
}

Finding GicFinding(const Host& host) {
  const std::string gic = FactOf(host.facts, "gic");
  if (gic == kAbsent) {
    return Note("interrupt controller", "not visible",
                "cases with interrupts may not run");
  }
  if (absl::StartsWith(gic, "GICv3") || absl::StartsWith(gic, "GICv4")) {
    return Good("interrupt controller", gic);
  }
  return Note("interrupt controller", gic,
              "cases with interrupts want a GICv3 or later");
}

Finding ErrataFinding(const Host& host) {
  const std::string errata = FactOf(host.facts, "cpu.errata");
  if (errata == "none") return Good("errata workarounds", errata);
  if (errata == kAbsent) {
    return Note("errata workarounds", "not visible",
                "the kernel names them in its log alone, and they may be part "
                "of every exit's cost",
                "as root, soon after the boot, exitbench reads that log");
  }
  return Note("errata workarounds", errata,
              "may be part of every exit's cost; a kernel that changes them "
              "changes the figures",
              "compare kernels with the same set");
}

}  // namespace

Finding BackendFinding(const Host& host) {
  const std::string found =
      absl::StrCat(host.kvm_backend, ", ", host.paging, " paging");
  if (absl::StrContains(host.kvm_backend, "pkvm")) {
    return Note("KVM backend", found,
                "the hypervisor at EL2 guards itself from the kernel, and each "
                "exit goes through both");
  }
  if (absl::StrContains(host.kvm_backend, "nvhe")) {
    return Note("KVM backend", found,
                "the kernel runs at EL1: each exit changes between EL2 and EL1 "
                "twice");
  }
  if (absl::StrContains(host.kvm_backend, "vhe")) {
    return Good("KVM backend", found);
  }
  return Note("KVM backend", found,
              "counters can't be judged by backend: proofs will be weaker",
              "mount /sys and /proc");
}

Finding TurboFinding(const Host& host) {
  const std::string boost = FactOf(host.facts, "cpufreq.boost");
  if (boost == kAbsent) {
    return Note("turbo", "not visible", "may move the frequency unseen");
  }
  if (boost == "0") return Good("turbo", "off");
  return Warning("turbo", "on",
                 "the frequency follows heat and what the other cores do",
                 "echo 0 > /sys/devices/system/cpu/cpufreq/boost");
}

Finding ClocksourceFinding(const Host& host) {
  const std::string clock = FactOf(host.facts, "clocksource");
  if (clock == "arch_sys_counter") return Good("clocksource", clock);
  return Warning("clocksource", clock,
                 "the kernel does not use the counter that stamps read: stamps "
                 "of different CPUs may not compare, and legs may be refused",
                 "see dmesg for arch_timer, and its errata");
}

Finding KvmParametersFinding(const Host& host) {
  std::vector<std::string> found;
  for (const Fact& fact : host.facts) {
    if (fact.key == "module.kvm.halt_poll_ns") {
      found.push_back(absl::StrCat("kvm.halt_poll_ns=", fact.value));
    }
  }
  // KVM's own are words of the command line alone.
  const std::string cmdline = FactOf(host.facts, "kernel.cmdline");
  for (absl::string_view word : absl::StrSplit(cmdline, ' ')) {
    if (absl::StartsWith(word, "kvm-arm.")) found.emplace_back(word);
  }
  if (found.empty()) {
    return Note("KVM parameters", "none visible", "can't be recorded");
  }
  return Good("KVM parameters", absl::StrJoin(found, " "));
}

std::vector<Finding> FurtherFindings(const Host& host) {
  return {CounterFinding(host), PageFinding(host), GicFinding(host),
          ErrataFinding(host)};
}

}  // namespace exitbench
