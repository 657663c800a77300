// What /proc/cpuinfo says of the processor.
#ifndef EXITBENCH_HARNESS_HOST_CPU_INFO_H_
#define EXITBENCH_HARNESS_HOST_CPU_INFO_H_

#include <string>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Returns the first value of `key` in `cpuinfo`; "absent" if there is none.
std::string CpuInfo(const std::string& cpuinfo, absl::string_view key);

// Fills in vendor, model and microcode of `host`, and adds its facts "cpu.".
// Defined by the architecture (harness/host/x86_64/describe_cpu.cc).
void DescribeCpu(const std::string& cpuinfo, Host& host);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_CPU_INFO_H_
