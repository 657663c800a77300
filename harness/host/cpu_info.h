// Reads the processor's description out of /proc/cpuinfo.
#ifndef EXITBENCH_HARNESS_HOST_CPU_INFO_H_
#define EXITBENCH_HARNESS_HOST_CPU_INFO_H_

#include <string>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Returns the first value of `key` in `cpuinfo`, the text of the file. "absent"
// if there is none.
std::string CpuInfo(const std::string& cpuinfo, absl::string_view key);

// Sets vendor, model and microcode of `host`, and adds facts with the prefix
// "cpu.". The architecture defines it (harness/host/x86_64/describe_cpu.cc).
void DescribeCpu(const std::string& cpuinfo, Host& host);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_CPU_INFO_H_
