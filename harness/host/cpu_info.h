// What the processor is, from /proc/cpuinfo and /sys.
#ifndef EXITBENCH_HARNESS_HOST_CPU_INFO_H_
#define EXITBENCH_HARNESS_HOST_CPU_INFO_H_

#include <string>

#include "absl/strings/string_view.h"
#include "results/model/model.h"

namespace exitbench {

// Returns the first value of `key` in `cpuinfo`, the text of the file. "absent"
// if there is none.
std::string CpuInfo(const std::string& cpuinfo, absl::string_view key);

// Sets vendor, model, microcode and tick of `host`, and adds the facts that
// only this architecture has. `root` is put before all paths; it is empty
// except in tests. The architecture defines it
// (harness/host/x86_64/describe_cpu.cc).
void DescribeCpu(const std::string& root, Host& host);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_HOST_CPU_INFO_H_
