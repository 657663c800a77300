#include "absl/strings/str_cat.h"
#include "harness/host/cpu_info.h"

namespace exitbench {

void DescribeCpu(const std::string& cpuinfo, Host& host) {
  host.cpu_vendor = CpuInfo(cpuinfo, "vendor_id");
  host.cpu_model = absl::StrCat(CpuInfo(cpuinfo, "model name"), " (family ",
                                CpuInfo(cpuinfo, "cpu family"), " model ",
                                CpuInfo(cpuinfo, "model"), " stepping ",
                                CpuInfo(cpuinfo, "stepping"), ")");
  host.microcode = CpuInfo(cpuinfo, "microcode");
  host.facts.push_back({"cpu.flags", CpuInfo(cpuinfo, "flags")});
  host.facts.push_back({"cpu.bugs", CpuInfo(cpuinfo, "bugs")});
}

}  // namespace exitbench
