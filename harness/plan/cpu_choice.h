// Which CPUs vCPU threads are pinned to, and how they lie to each other.
#ifndef EXITBENCH_HARNESS_PLAN_CPU_CHOICE_H_
#define EXITBENCH_HARNESS_PLAN_CPU_CHOICE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/cpus.h"

namespace exitbench {

// What the kernel says of one CPU; where it says nothing, as by default.
struct CpuPlace {
  int cpu = 0;
  int package = -1;
  int core = -1;
  CpuSet siblings;  // The CPUs of its core, itself among them.
  // More is a faster kind of core: of Intel's hybrid CPUs whether it is no
  // E-core, then the capacity, then the base frequency.
  bool performance = true;
  uint64_t capacity = 0;
  uint64_t base_khz = 0;
};

// Of `cpus`, in their order. `root` stands before /sys; empty, but for tests.
std::vector<CpuPlace> ReadCpuPlaces(const std::vector<int>& cpus,
                                    const std::string& root = "");

// The CPUs of `places`, the best first: one of each core, the faster kinds
// first; then the SMT siblings of those. Among equals the highest number is
// first: CPU 0 has most of the host's interrupts.
std::vector<int> ChooseCpus(std::vector<CpuPlace> places);

// What --cpu=`text` means for this thread, now: "auto", all that it may run on,
// the best first; "none"; or "5" or "5,4". kInvalidArgument: none of these, or
// no CPU that it may run on.
absl::StatusOr<std::vector<int>> ParseCpus(const std::string& text);

// "CPU 5: package 0 core 2, CPU 4: package 0 core 2 (SMT sibling of CPU 5)", in
// the order of `places`.
std::string DescribeCores(const std::vector<CpuPlace>& places);

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_PLAN_CPU_CHOICE_H_
