#include "absl/strings/str_cat.h"
#include "harness/host/cpu_info.h"
#include "harness/host/host_files.h"

namespace exitbench {

void DescribeCpu(const std::string& root, Host& host) {
  const std::string cpuinfo = ReadOr(root + "/proc/cpuinfo", "");
  host.cpu_vendor = CpuInfo(cpuinfo, "vendor_id");
  host.cpu_model = absl::StrCat(CpuInfo(cpuinfo, "model name"), " (family ",
                                CpuInfo(cpuinfo, "cpu family"), " model ",
                                CpuInfo(cpuinfo, "model"), " stepping ",
                                CpuInfo(cpuinfo, "stepping"), ")");
  host.microcode = CpuInfo(cpuinfo, "microcode");
  host.facts.push_back({"cpu.flags", CpuInfo(cpuinfo, "flags")});
  host.facts.push_back({"cpu.bugs", CpuInfo(cpuinfo, "bugs")});
  const std::string pstate = root + "/sys/devices/system/cpu/intel_pstate/";
  for (const char* name : {"no_turbo", "status"}) {
    host.facts.push_back(
        {absl::StrCat("intel_pstate.", name), ReadOr(pstate + name, "absent")});
  }
}

}  // namespace exitbench
