#include "harness/perf/permission.h"

#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "harness/perf/perf_event.h"

namespace exitbench {
namespace {

// Bits of linux/capability.h. Old headers lack the last one.
constexpr int kSysAdmin = 21;
constexpr int kSyslog = 34;
constexpr int kPerfmon = 38;

// The most of perf_event_paranoid that allows events of the kernel.
constexpr int kKernelToo = 1;

bool Has(uint64_t capabilities, int bit) {
  return (capabilities >> bit & 1) != 0;
}

int ReadNumber(const char* path) {
  std::ifstream file(path);
  int number;
  return file >> number ? number : -1;
}

uint64_t ReadCapabilities() {
  std::ifstream file("/proc/self/status");
  std::string line;
  uint64_t bits = 0;
  while (std::getline(file, line)) {
    if (!absl::StartsWith(line, "CapEff:")) continue;
    std::istringstream(line.substr(7)) >> std::hex >> bits;
  }
  return bits;
}

bool SeesSymbols() {
  std::ifstream file("/proc/kallsyms");
  std::string address;
  return file >> address && address.find_first_not_of('0') != address.npos;
}

// "kernel.perf_event_paranoid is 2 and has to be 1 or less".
std::string Sysctl(absl::string_view name, int value, absl::string_view good) {
  return absl::StrCat(name, " is ", value, " and has to be ", good);
}

// Whether the kernel hides its symbols only since perf_event_paranoid forbids
// to sample it (kallsyms_show_value()).
bool ParanoidHides(const PerfPermission& p) {
  return !p.sees_symbols && p.kptr_restrict == 0 &&
         p.perf_event_paranoid > kKernelToo && !Has(p.capabilities, kSyslog);
}

bool Capable(const PerfPermission& p) {
  return Has(p.capabilities, kPerfmon) || Has(p.capabilities, kSysAdmin);
}

std::string MissingToOpen(const PerfPermission& p) {
  if (Capable(p) || p.perf_event_paranoid <= kKernelToo) {
    return "perf_event_open is refused in spite of kernel.perf_event_paranoid "
           "and capabilities: by the seccomp filter of a container, or by "
           "kernel lockdown";
  }
  return absl::StrCat(
      Sysctl("kernel.perf_event_paranoid", p.perf_event_paranoid, "1 or less"),
      ", or this process needs CAP_PERFMON",
      ParanoidHides(p) ? " and CAP_SYSLOG" : "");
}

std::string MissingForSymbols(const PerfPermission& p) {
  constexpr int kNobody = 2;
  if (p.kptr_restrict >= kNobody) {
    return Sysctl("kernel.kptr_restrict", p.kptr_restrict, "1 or less");
  }
  if (Has(p.capabilities, kSyslog)) {
    return "/proc/kallsyms has no addresses, or can't be read";
  }
  if (p.kptr_restrict > 0) {
    return absl::StrCat(
        Sysctl("kernel.kptr_restrict", p.kptr_restrict, "0"),
        ", or this process needs CAP_SYSLOG, to read /proc/kallsyms");
  }
  return "this process needs CAP_SYSLOG, to read /proc/kallsyms";
}

}  // namespace

PerfPermission ReadPerfPermission(bool may_open, bool sees_symbols) {
  return {
      .may_open = may_open,
      .sees_symbols = sees_symbols,
      .perf_event_paranoid = ReadNumber("/proc/sys/kernel/perf_event_paranoid"),
      .kptr_restrict = ReadNumber("/proc/sys/kernel/kptr_restrict"),
      .capabilities = ReadCapabilities()};
}

std::string WhatIsMissing(const PerfPermission& permission) {
  std::vector<std::string> missing;
  if (!permission.may_open) missing.push_back(MissingToOpen(permission));
  if (!permission.sees_symbols &&
      (permission.may_open || !ParanoidHides(permission))) {
    missing.push_back(MissingForSymbols(permission));
  }
  return absl::StrJoin(missing, "; ");
}

std::string WhatIsMissingForThread(const PerfPermission& permission) {
  // The kernel asks ptrace_may_access() of processes without the capability.
  if (!Capable(permission) && permission.perf_event_paranoid <= kKernelToo) {
    return "the threads are another user's, so this process needs CAP_PERFMON";
  }
  return MissingToOpen(permission);
}

absl::Status CheckMaySample() {
  const absl::Status opened =
      PerfEvent::Open(
          PerfAttributes(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK), -1)
          .status();
  if (!opened.ok() && !absl::IsPermissionDenied(opened)) return opened;
  const std::string missing =
      WhatIsMissing(ReadPerfPermission(opened.ok(), SeesSymbols()));
  return missing.empty() ? absl::OkStatus()
                         : absl::PermissionDeniedError(missing);
}

}  // namespace exitbench
