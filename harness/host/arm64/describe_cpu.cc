#include <unistd.h>

#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "harness/clock/arch/timer.h"
#include "harness/host/arm64/errata.h"
#include "harness/host/arm64/midr.h"
#include "harness/host/cpu_info.h"
#include "harness/host/host_files.h"

namespace exitbench {
namespace {

constexpr char kAbsent[] = "absent";

std::optional<uint32_t> Number(const std::string& text) {
  uint64_t number;
  if (!absl::SimpleHexAtoi(text, &number)) return std::nullopt;
  return static_cast<uint32_t>(number);
}

// Returns the identification register `name` of each CPU that shows it.
std::vector<uint32_t> Identification(const std::string& root,
                                     const std::string& name) {
  const std::string folder = root + "/sys/devices/system/cpu";
  std::vector<uint32_t> values;
  for (const std::string& cpu : ListFolder(folder)) {
    if (!absl::StartsWith(cpu, "cpu")) continue;
    const std::optional<uint32_t> value = Number(ReadOr(
        absl::StrCat(folder, "/", cpu, "/regs/identification/", name), ""));
    if (value.has_value()) values.push_back(*value);
  }
  return values;
}

// Returns the MIDR that /proc/cpuinfo has of its first CPU in parts.
std::optional<uint32_t> MidrOf(const std::string& cpuinfo) {
  uint32_t revision;
  const std::optional<uint32_t> implementer =
      Number(CpuInfo(cpuinfo, "CPU implementer"));
  const std::optional<uint32_t> variant =
      Number(CpuInfo(cpuinfo, "CPU variant"));
  const std::optional<uint32_t> part = Number(CpuInfo(cpuinfo, "CPU part"));
  if (!implementer.has_value() || !variant.has_value() || !part.has_value() ||
      !absl::SimpleAtoi(CpuInfo(cpuinfo, "CPU revision"), &revision)) {
    return std::nullopt;
  }
  constexpr uint32_t kArchitecture = 0xf;  // Said by the ID registers.
  return *implementer << 24 | *variant << 20 | kArchitecture << 16 |
         *part << 4 | revision;
}

std::string Distinct(const std::vector<uint32_t>& values) {
  const std::set<uint32_t> sorted(values.begin(), values.end());
  if (sorted.empty()) return kAbsent;
  return absl::StrJoin(sorted, " ", [](std::string* out, uint32_t value) {
    absl::StrAppendFormat(out, "%#x", value);
  });
}

// Returns what the interrupt controller is called in /proc/interrupts: "GICv3".
// The file has a column for each CPU, so it is read by lines.
std::string GicName(const std::string& root) {
  std::ifstream file(root + "/proc/interrupts");
  for (std::string line; std::getline(file, line);) {
    for (absl::string_view word : absl::StrSplit(line, ' ')) {
      if (absl::StartsWith(word, "GIC")) return std::string(word);
    }
  }
  return kAbsent;
}

// Texts of the device tree end with a zero.
std::string DeviceTreeText(const std::string& path) {
  std::string text = ReadOr(path, kAbsent);
  while (!text.empty() && text.back() == '\0') text.pop_back();
  return text;
}

}  // namespace

void DescribeCpu(const std::string& root, Host& host) {
  const std::string cpuinfo = ReadOr(root + "/proc/cpuinfo", "");
  std::vector<uint32_t> midrs = Identification(root, "midr_el1");
  if (midrs.empty()) {
    if (const auto midr = MidrOf(cpuinfo); midr.has_value()) {
      midrs.push_back(*midr);
    }
  }
  host.cpu_vendor = midrs.empty() ? kAbsent : ImplementerName(midrs[0]);
  // Cores of several kinds are named with their numbers.
  std::map<std::string, int> cores;
  for (const uint32_t midr : midrs) ++cores[CoreName(midr)];
  host.cpu_model =
      cores.empty() ? kAbsent
      : cores.size() == 1
          ? cores.begin()->first
          : absl::StrJoin(cores, " + ", [](std::string* out, const auto& core) {
              absl::StrAppend(out, core.second, " ", core.first);
            });
  // Firmware patches of cores are not shown by Linux.
  host.microcode = kAbsent;
  host.tick = Tick::kCounter;
  const auto add = [&host](const char* key, std::string value) {
    host.facts.push_back({key, std::move(value)});
  };
  add("cpu.flags", CpuInfo(cpuinfo, "Features"));
  add("cpu.midr", Distinct(midrs));
  add("cpu.revidr", Distinct(Identification(root, "revidr_el1")));
  // Of Linux 6.17 and later.
  add("cpu.aidr", Distinct(Identification(root, "aidr_el1")));
  add("cpu.errata", ErrataOf(ReadKernelLog(root + "/dev/kmsg")));
  add("clock.cntfrq_hz", absl::StrCat(CounterHz()));
  add("gic", GicName(root));
  add("machine.model",
      DeviceTreeText(root + "/sys/firmware/devicetree/base/model"));
  add("memory.page_bytes", absl::StrCat(sysconf(_SC_PAGESIZE)));
}

}  // namespace exitbench
